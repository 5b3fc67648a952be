# `gnuplot rollouts.gp` draws rollouts.svg, rollouts.png and rollouts.pdf from the CSV files beside it.
# The next report writes this script afresh: to restyle a figure, work on a copy.
data = 'rollouts.csv'
set encoding utf8
set datafile separator comma
set border 3 linewidth 1 linecolor rgb '#8c959f'
set tics nomirror out scale 0.5 textcolor rgb '#59636e'
set grid xtics ytics back linetype 1 linewidth 0.8 linecolor rgb '#e4e8ec'
unset key
set bars 0
set style fill transparent solid 0.16 noborder
set style textbox opaque noborder fillcolor rgb '#ffffff' margins 0.4,0.2
set tmargin at screen 0.7277
set bmargin at screen 0.1191
set lmargin at screen 0.1433
set rmargin at screen 0.9633
set label 1 'add: accuracy against rollouts, parents with no noise' at screen 0.0233, screen 0.9574 left noenhanced textcolor rgb '#1f2328' font ',15'
set arrow from screen 0.0233, screen 0.8979 to screen 0.0800, screen 0.8979 nohead linewidth 2 linecolor rgb '#0072b2'
set label '' at screen 0.0517, screen 0.8979 point pointtype 7 pointsize 0.8 linecolor rgb '#0072b2'
set label 'expert iteration, 2,000 samples' at screen 0.0917, screen 0.8979 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.4902, screen 0.8979 to screen 0.5468, screen 0.8979 nohead linewidth 2 linecolor rgb '#d55e00'
set label '' at screen 0.5185, screen 0.8979 point pointtype 7 pointsize 0.8 linecolor rgb '#d55e00'
set label 'grpo, 2,000 samples' at screen 0.5585, screen 0.8979 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.8553 to screen 0.0800, screen 0.8553 nohead linewidth 2 linecolor rgb '#009e73'
set label '' at screen 0.0517, screen 0.8553 point pointtype 7 pointsize 0.8 linecolor rgb '#009e73'
set label 'ppo, 2,000 samples' at screen 0.0917, screen 0.8553 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.3363, screen 0.8553 to screen 0.3930, screen 0.8553 nohead linewidth 2 linecolor rgb '#b8529b'
set label '' at screen 0.3647, screen 0.8553 point pointtype 7 pointsize 0.8 linecolor rgb '#b8529b'
set label 'rcrl, 2,000 samples' at screen 0.4047, screen 0.8553 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.8128 to screen 0.0800, screen 0.8128 nohead linewidth 2 linecolor rgb '#56a5d8'
set label '' at screen 0.0517, screen 0.8128 point pointtype 7 pointsize 0.8 linecolor rgb '#56a5d8'
set label 'expert iteration, 8,000 samples' at screen 0.0917, screen 0.8128 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.4902, screen 0.8128 to screen 0.5468, screen 0.8128 nohead linewidth 2 linecolor rgb '#d18f00'
set label '' at screen 0.5185, screen 0.8128 point pointtype 7 pointsize 0.8 linecolor rgb '#d18f00'
set label 'grpo, 8,000 samples' at screen 0.5585, screen 0.8128 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.7702 to screen 0.0800, screen 0.7702 nohead linewidth 2 linecolor rgb '#7a1f4b'
set label '' at screen 0.0517, screen 0.7702 point pointtype 7 pointsize 0.8 linecolor rgb '#7a1f4b'
set label 'ppo, 8,000 samples' at screen 0.0917, screen 0.7702 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.3363, screen 0.7702 to screen 0.3930, screen 0.7702 nohead linewidth 2 linecolor rgb '#6b7280'
set label '' at screen 0.3647, screen 0.7702 point pointtype 7 pointsize 0.8 linecolor rgb '#6b7280'
set label 'rcrl, 8,000 samples' at screen 0.4047, screen 0.7702 left noenhanced textcolor rgb '#1f2328'
set xrange [0:*]
set autoscale xfixmax
set yrange [-2:103]
set ytics 0,20,100 format '%g %%'
set xtics offset 0,0.3
set label 'rollouts (completions drawn), thousands' at screen 0.5533, screen 0.0298 center noenhanced textcolor rgb '#59636e'
set label 'exact-match accuracy' at screen 0.0233, screen 0.4234 center rotate by 90 noenhanced textcolor rgb '#59636e'
set terminal svg size 600,470 dynamic font 'sans-serif,14' background '#ffffff'
set output 'rollouts.svg'
plot \
  data skip 1 using (column(1) == 1 && strcol(2) eq 'accuracy' ? column(3) / 1e3 + -1.7472 : NaN):(100 * column(5)):(0):(100 * (column(6) - column(5))) with vectors nohead linewidth 1 linecolor rgb '#0072b2' notitle, \
  data skip 1 using (column(1) == 2 && strcol(2) eq 'accuracy' ? column(3) / 1e3 + -1.248 : NaN):(100 * column(5)):(0):(100 * (column(6) - column(5))) with vectors nohead linewidth 1 linecolor rgb '#d55e00' notitle, \
  data skip 1 using (column(1) == 3 && strcol(2) eq 'accuracy' ? column(3) / 1e3 + -0.7488 : NaN):(100 * column(5)):(0):(100 * (column(6) - column(5))) with vectors nohead linewidth 1 linecolor rgb '#009e73' notitle, \
  data skip 1 using (column(1) == 4 && strcol(2) eq 'accuracy' ? column(3) / 1e3 + -0.2496 : NaN):(100 * column(5)):(0):(100 * (column(6) - column(5))) with vectors nohead linewidth 1 linecolor rgb '#b8529b' notitle, \
  data skip 1 using (column(1) == 5 && strcol(2) eq 'accuracy' ? column(3) / 1e3 + 0.2496 : NaN):(100 * column(5)):(0):(100 * (column(6) - column(5))) with vectors nohead linewidth 1 linecolor rgb '#56a5d8' notitle, \
  data skip 1 using (column(1) == 6 && strcol(2) eq 'accuracy' ? column(3) / 1e3 + 0.7488 : NaN):(100 * column(5)):(0):(100 * (column(6) - column(5))) with vectors nohead linewidth 1 linecolor rgb '#d18f00' notitle, \
  data skip 1 using (column(1) == 7 && strcol(2) eq 'accuracy' ? column(3) / 1e3 + 1.248 : NaN):(100 * column(5)):(0):(100 * (column(6) - column(5))) with vectors nohead linewidth 1 linecolor rgb '#7a1f4b' notitle, \
  data skip 1 using (column(1) == 8 && strcol(2) eq 'accuracy' ? column(3) / 1e3 + 1.7472 : NaN):(100 * column(5)):(0):(100 * (column(6) - column(5))) with vectors nohead linewidth 1 linecolor rgb '#6b7280' notitle, \
  data skip 1 using (column(1) == 1 && strcol(2) eq 'reward' ? column(3) / 1e3 : NaN):(100 * column(4)) with lines linewidth 0.8 dashtype (3,4) linecolor rgb '#0072b2' notitle, \
  data skip 1 using (column(1) == 2 && strcol(2) eq 'reward' ? column(3) / 1e3 : NaN):(100 * column(4)) with lines linewidth 0.8 dashtype (3,4) linecolor rgb '#d55e00' notitle, \
  data skip 1 using (column(1) == 3 && strcol(2) eq 'reward' ? column(3) / 1e3 : NaN):(100 * column(4)) with lines linewidth 0.8 dashtype (3,4) linecolor rgb '#009e73' notitle, \
  data skip 1 using (column(1) == 5 && strcol(2) eq 'reward' ? column(3) / 1e3 : NaN):(100 * column(4)) with lines linewidth 0.8 dashtype (3,4) linecolor rgb '#56a5d8' notitle, \
  data skip 1 using (column(1) == 6 && strcol(2) eq 'reward' ? column(3) / 1e3 : NaN):(100 * column(4)) with lines linewidth 0.8 dashtype (3,4) linecolor rgb '#d18f00' notitle, \
  data skip 1 using (column(1) == 7 && strcol(2) eq 'reward' ? column(3) / 1e3 : NaN):(100 * column(4)) with lines linewidth 0.8 dashtype (3,4) linecolor rgb '#7a1f4b' notitle, \
  data skip 1 using (column(1) == 1 && strcol(2) eq 'accuracy' ? column(3) / 1e3 : NaN):(100 * column(4)) with linespoints linewidth 2 pointtype 7 pointsize 0.35 linecolor rgb '#0072b2' notitle, \
  data skip 1 using (column(1) == 2 && strcol(2) eq 'accuracy' ? column(3) / 1e3 : NaN):(100 * column(4)) with linespoints linewidth 2 pointtype 7 pointsize 0.35 linecolor rgb '#d55e00' notitle, \
  data skip 1 using (column(1) == 3 && strcol(2) eq 'accuracy' ? column(3) / 1e3 : NaN):(100 * column(4)) with linespoints linewidth 2 pointtype 7 pointsize 0.35 linecolor rgb '#009e73' notitle, \
  data skip 1 using (column(1) == 4 && strcol(2) eq 'accuracy' ? column(3) / 1e3 : NaN):(100 * column(4)) with linespoints linewidth 2 pointtype 7 pointsize 0.35 linecolor rgb '#b8529b' notitle, \
  data skip 1 using (column(1) == 5 && strcol(2) eq 'accuracy' ? column(3) / 1e3 : NaN):(100 * column(4)) with linespoints linewidth 2 pointtype 7 pointsize 0.35 linecolor rgb '#56a5d8' notitle, \
  data skip 1 using (column(1) == 6 && strcol(2) eq 'accuracy' ? column(3) / 1e3 : NaN):(100 * column(4)) with linespoints linewidth 2 pointtype 7 pointsize 0.35 linecolor rgb '#d18f00' notitle, \
  data skip 1 using (column(1) == 7 && strcol(2) eq 'accuracy' ? column(3) / 1e3 : NaN):(100 * column(4)) with linespoints linewidth 2 pointtype 7 pointsize 0.35 linecolor rgb '#7a1f4b' notitle, \
  data skip 1 using (column(1) == 8 && strcol(2) eq 'accuracy' ? column(3) / 1e3 : NaN):(100 * column(4)) with linespoints linewidth 2 pointtype 7 pointsize 0.35 linecolor rgb '#6b7280' notitle
if (!strstrt(GPVAL_TERMINALS, 'pngcairo')) exit
set terminal pngcairo size 1500,1175 font 'sans-serif,14' fontscale 1.875 linewidth 2.5 dashlength 2.5 pointscale 3.5 background '#ffffff'
set output 'rollouts.png'
replot
if (!strstrt(GPVAL_TERMINALS, 'pdfcairo')) exit
set terminal pdfcairo size 6.2500in,4.8958in font 'sans-serif,14' fontscale 0.565 linewidth 1.4 dashlength 2 pointscale 1.15 background '#ffffff'
set output 'rollouts.pdf'
replot
