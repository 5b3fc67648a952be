# `gnuplot repair.gp` draws repair.svg, repair.png and repair.pdf from the CSV files beside it.
# The next report writes this script afresh: to restyle a figure, work on a copy.
data = 'repair.csv'
runs = 'repair-runs.csv'
thresholds = 'repair-thresholds.csv'
set encoding utf8
set datafile separator comma
set border 3 linewidth 1 linecolor rgb '#8c959f'
set tics nomirror out scale 0.5 textcolor rgb '#59636e'
set grid xtics ytics back linetype 1 linewidth 0.8 linecolor rgb '#e4e8ec'
unset key
set bars 0
set style fill transparent solid 0.16 noborder
set style textbox opaque noborder fillcolor rgb '#ffffff' margins 0.4,0.2
set tmargin at screen 0.7953
set bmargin at screen 0.1302
set lmargin at screen 0.1433
set rmargin at screen 0.9633
set label 1 'add: accuracy before and after reinforcement learning' at screen 0.0233, screen 0.9535 left noenhanced textcolor rgb '#1f2328' font ',15'
set arrow from screen 0.0233, screen 0.8884 to screen 0.0800, screen 0.8884 nohead linewidth 2 linecolor rgb '#59636e'
set label '' at screen 0.0517, screen 0.8884 point pointtype 6 pointsize 0.8 linecolor rgb '#59636e'
set label 'before' at screen 0.0917, screen 0.8884 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.1943, screen 0.8884 to screen 0.2510, screen 0.8884 nohead linewidth 2 linecolor rgb '#0072b2'
set label '' at screen 0.2227, screen 0.8884 point pointtype 7 pointsize 0.8 linecolor rgb '#0072b2'
set label 'expert iteration' at screen 0.2627, screen 0.8884 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.4837, screen 0.8884 to screen 0.5403, screen 0.8884 nohead linewidth 2 linecolor rgb '#d55e00'
set label '' at screen 0.5120, screen 0.8884 point pointtype 7 pointsize 0.8 linecolor rgb '#d55e00'
set label 'grpo' at screen 0.5520, screen 0.8884 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.6310, screen 0.8884 to screen 0.6877, screen 0.8884 nohead linewidth 2 linecolor rgb '#009e73'
set label '' at screen 0.6593, screen 0.8884 point pointtype 7 pointsize 0.8 linecolor rgb '#009e73'
set label 'ppo' at screen 0.6993, screen 0.8884 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.7665, screen 0.8884 to screen 0.8232, screen 0.8884 nohead linewidth 2 linecolor rgb '#b8529b'
set label '' at screen 0.7948, screen 0.8884 point pointtype 7 pointsize 0.8 linecolor rgb '#b8529b'
set label 'rcrl' at screen 0.8348, screen 0.8884 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.8419 to screen 0.0800, screen 0.8419 nohead linewidth 2 dashtype (6,4) linecolor rgb '#59636e'
set label 'clean' at screen 0.0917, screen 0.8419 left noenhanced textcolor rgb '#1f2328'
set xrange [0.5:1.5]
set xtics ('no noise' 1) noenhanced
set grid noxtics
set yrange [-2:103]
set ytics 0,20,100 format '%g %%'
set xtics offset 0,0.3
set label 'noise in the data that they started from' at screen 0.5533, screen 0.0326 center noenhanced textcolor rgb '#59636e'
set label 'exact-match accuracy' at screen 0.0233, screen 0.4628 center rotate by 90 noenhanced textcolor rgb '#59636e'
set terminal svg size 600,430 dynamic font 'sans-serif,14' background '#ffffff'
set output 'repair.svg'
plot \
  thresholds skip 1 using 1:(100 * column(2)) with lines linewidth 1.5 dashtype (6,4) linecolor rgb '#59636e' notitle, \
  data skip 1 using (column(1) == 0 ? column(2) : NaN):(100 * column(3)):(100 * column(4)):(100 * column(5)) with yerrorbars linewidth 2 pointtype 6 pointsize 0.8 linecolor rgb '#59636e' notitle, \
  runs skip 1 using (column(1) == 0 ? column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#59636e' notitle, \
  data skip 1 using (column(1) == 1 ? column(2) : NaN):(100 * column(3)):(100 * column(4)):(100 * column(5)) with yerrorbars linewidth 2 pointtype 7 pointsize 0.8 linecolor rgb '#0072b2' notitle, \
  runs skip 1 using (column(1) == 1 ? column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#0072b2' notitle, \
  data skip 1 using (column(1) == 2 ? column(2) : NaN):(100 * column(3)):(100 * column(4)):(100 * column(5)) with yerrorbars linewidth 2 pointtype 7 pointsize 0.8 linecolor rgb '#d55e00' notitle, \
  runs skip 1 using (column(1) == 2 ? column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#d55e00' notitle, \
  data skip 1 using (column(1) == 3 ? column(2) : NaN):(100 * column(3)):(100 * column(4)):(100 * column(5)) with yerrorbars linewidth 2 pointtype 7 pointsize 0.8 linecolor rgb '#009e73' notitle, \
  runs skip 1 using (column(1) == 3 ? column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#009e73' notitle, \
  data skip 1 using (column(1) == 4 ? column(2) : NaN):(100 * column(3)):(100 * column(4)):(100 * column(5)) with yerrorbars linewidth 2 pointtype 7 pointsize 0.8 linecolor rgb '#b8529b' notitle, \
  runs skip 1 using (column(1) == 4 ? column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#b8529b' notitle
if (!strstrt(GPVAL_TERMINALS, 'pngcairo')) exit
set terminal pngcairo size 1500,1075 font 'sans-serif,14' fontscale 1.875 linewidth 2.5 dashlength 2.5 pointscale 3.5 background '#ffffff'
set output 'repair.png'
replot
if (!strstrt(GPVAL_TERMINALS, 'pdfcairo')) exit
set terminal pdfcairo size 6.2500in,4.4792in font 'sans-serif,14' fontscale 0.565 linewidth 1.4 dashlength 2 pointscale 1.15 background '#ffffff'
set output 'repair.pdf'
replot
