#!/usr/bin/env python3
"""Two sweeps made up for price.py: priced.py FOLDER. Samples cost 2000 (add) and 6000 (sort) * margin^-2.5 exactly, of two
seeds, and of each cell there is a worse candidate that was not chosen."""
import math
import os
import sys

MARGINS = {"none": lambda r: 1, "digit": lambda r: 1 - r, "slip": lambda r: 1 - 1.5 * r, "digit_drop": lambda r: 1 - 2 * r}
CELLS = [("none", 0), *(("digit", r) for r in (0.1, 0.3, 0.5, 0.7, 0.9)), ("slip", 0.3), ("digit_drop", 0.3)]
SIZES = [1000 * 2**i for i in range(9)]
HEADER = "task,format,model,samples,epochs,noise,rate,contamination,train.learning_rate"


def make(folder, task, start):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "spec.yaml"), "w") as spec:
        spec.write(f"task: {{name: {task}}}\n")
    with open(os.path.join(folder, "results.csv"), "w") as runs, open(os.path.join(folder, "selection.csv"), "w") as chosen:
        print("run," + HEADER + ",seed,accuracy", file=runs)
        print(HEADER + ",seeds,chosen", file=chosen)
        for (noise, rate), size in ((cell, size) for cell in CELLS for size in SIZES):
            cost = start * MARGINS[noise](rate) ** -2.5
            accuracy = max(0, min(1, 0.95 + 0.05 * math.log(size / cost)))
            for learning_rate, part in ((0.001, 0.5), (0.002, 1)):
                cell = f"{task},trace,tiny,{size},1,{noise},{rate},1,{learning_rate}"
                print(f"{cell},2,{'yes' if part == 1 else 'no'}", file=chosen)
                for seed in (1, 2):
                    print(f"{cell.replace(',', '-')}-{seed},{cell},{seed},{part * accuracy}", file=runs)


make(os.path.join(sys.argv[1], "priced-add"), "add", 2000)
make(os.path.join(sys.argv[1], "priced-sort"), "sort", 6000)
