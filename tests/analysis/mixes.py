#!/usr/bin/env python3
"""Sweeps made up for heldout.py: mixes.py FOLDER. Of two tasks, `from-add` and `from-sub` have cells to predict from, and
`mixes` two that are held out. At loads (contamination x rates) of 0, 0.2, 0.4 and 0.8 the mean of add is
1, 0.9, 0.7 and 0.3; that of sub is 0.1 lower. What slip did is nothing to predict from."""
import os
import sys

HEADER = "run,task,format,model,parameters,seed,samples,epochs,noise,rate,contamination,accuracy,problems,correct,task.name"
FROM = [("none", "0", "1", 1.0), ("digit", "0.2", "1", 0.9), ("digit", "0.4", "1", 0.8), ("digit", "0.8", "1", 0.3),
        ("line", "0.2", "1", 0.9), ("dynamic", "0.8", "0.5", 0.6), ("slip", "0.3", "1", 0.2)]
HELD_OUT = [("add", "digit", "0.3", "1", 0.76), ("sub", "digit+dynamic", "0.5+0.5", "0.2", 0.76)]


def write(folder, task, rows):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "spec.yaml"), "w") as spec:
        print(f"task: {{name: {task}, max_digits: 2}}\nmodel: {{preset: tiny}}\ndata: {{samples: 1000, epochs: 1}}", file=spec)
    with open(os.path.join(folder, "results.csv"), "w") as file:
        print(HEADER, file=file)
        for number, (name, noise, rate, contamination, accuracy) in enumerate(rows):
            for seed in (1, 2):
                right = round(200 * accuracy)
                run = f"{task:0>5}{number:010}{seed}"
                print(f"{run},{name},trace,tiny,1,{seed},1000,1,{noise},{rate},{contamination},{right / 200},200,{right},{name}", file=file)


for task, less in (("add", 0), ("sub", 0.1)):
    write(os.path.join(sys.argv[1], "from-" + task), task, [(task, n, r, c, a - less) for n, r, c, a in FROM])
write(os.path.join(sys.argv[1], "mixes"), "add", HELD_OUT)
