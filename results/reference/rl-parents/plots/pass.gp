# `gnuplot pass.gp` draws pass.svg, pass.png and pass.pdf from the CSV files beside it.
# The next report writes this script afresh: to restyle a figure, work on a copy.
data = 'pass.csv'
runs = 'pass-runs.csv'
set encoding utf8
set datafile separator comma
set border 3 linewidth 1 linecolor rgb '#8c959f'
set tics nomirror out scale 0.5 textcolor rgb '#59636e'
set grid xtics ytics back linetype 1 linewidth 0.8 linecolor rgb '#e4e8ec'
unset key
set bars 0
set style fill transparent solid 0.16 noborder
set style textbox opaque noborder fillcolor rgb '#ffffff' margins 0.4,0.2
set tmargin at screen 0.6218
set bmargin at screen 0.1018
set lmargin at screen 0.1433
set rmargin at screen 0.9633
set label 1 'add: problems solved by one of k completions, no noise' at screen 0.0233, screen 0.9636 left noenhanced textcolor rgb '#1f2328' font ',15'
set arrow from screen 0.0233, screen 0.9127 to screen 0.0800, screen 0.9127 nohead linewidth 2 linecolor rgb '#0072b2'
set label '' at screen 0.0517, screen 0.9127 point pointtype 7 pointsize 0.8 linecolor rgb '#0072b2'
set label 'no RL, 2,000 samples, 2,000 samples' at screen 0.0917, screen 0.9127 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.8764 to screen 0.0800, screen 0.8764 nohead linewidth 2 linecolor rgb '#d55e00'
set label '' at screen 0.0517, screen 0.8764 point pointtype 7 pointsize 0.8 linecolor rgb '#d55e00'
set label 'expert iteration, 12,416 samples, 2,000 samples' at screen 0.0917, screen 0.8764 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.8400 to screen 0.0800, screen 0.8400 nohead linewidth 2 linecolor rgb '#009e73'
set label '' at screen 0.0517, screen 0.8400 point pointtype 7 pointsize 0.8 linecolor rgb '#009e73'
set label 'grpo, 12,480 samples, 2,000 samples' at screen 0.0917, screen 0.8400 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.8036 to screen 0.0800, screen 0.8036 nohead linewidth 2 linecolor rgb '#b8529b'
set label '' at screen 0.0517, screen 0.8036 point pointtype 7 pointsize 0.8 linecolor rgb '#b8529b'
set label 'ppo, 12,480 samples, 2,000 samples' at screen 0.0917, screen 0.8036 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.7673 to screen 0.0800, screen 0.7673 nohead linewidth 2 linecolor rgb '#56a5d8'
set label '' at screen 0.0517, screen 0.7673 point pointtype 7 pointsize 0.8 linecolor rgb '#56a5d8'
set label 'rcrl, 12,416 samples, 2,000 samples' at screen 0.0917, screen 0.7673 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.7309 to screen 0.0800, screen 0.7309 nohead linewidth 2 linecolor rgb '#d18f00'
set label '' at screen 0.0517, screen 0.7309 point pointtype 7 pointsize 0.8 linecolor rgb '#d18f00'
set label 'no RL, 8,000 samples, 8,000 samples' at screen 0.0917, screen 0.7309 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.6945 to screen 0.0800, screen 0.6945 nohead linewidth 2 linecolor rgb '#7a1f4b'
set label '' at screen 0.0517, screen 0.6945 point pointtype 7 pointsize 0.8 linecolor rgb '#7a1f4b'
set label 'expert iteration, 12,416 samples, 8,000 samples' at screen 0.0917, screen 0.6945 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.6582 to screen 0.0800, screen 0.6582 nohead linewidth 2 linecolor rgb '#6b7280'
set label '' at screen 0.0517, screen 0.6582 point pointtype 7 pointsize 0.8 linecolor rgb '#6b7280'
set label 'grpo, 12,480 samples, 8,000 samples' at screen 0.0917, screen 0.6582 left noenhanced textcolor rgb '#1f2328'
set logscale x 2
set xrange [0.93:17.12]
set yrange [-2:103]
set xtics 1,2,1024 format '%g'
set ytics 0,20,100 format '%g %%'
set xtics offset 0,0.3
set label 'k: completions that are tried' at screen 0.5533, screen 0.0255 center noenhanced textcolor rgb '#59636e'
set label 'problems with a right one' at screen 0.0233, screen 0.3618 center rotate by 90 noenhanced textcolor rgb '#59636e'
set terminal svg size 600,550 dynamic font 'sans-serif,14' background '#ffffff'
set output 'pass.svg'
plot \
  data skip 1 using (column(1) == 1 ? column(2) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#0072b2' notitle, \
  data skip 1 using (column(1) == 2 ? column(2) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#d55e00' notitle, \
  data skip 1 using (column(1) == 3 ? column(2) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#009e73' notitle, \
  data skip 1 using (column(1) == 4 ? column(2) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#b8529b' notitle, \
  data skip 1 using (column(1) == 5 ? column(2) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#56a5d8' notitle, \
  data skip 1 using (column(1) == 6 ? column(2) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#d18f00' notitle, \
  data skip 1 using (column(1) == 7 ? column(2) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#7a1f4b' notitle, \
  data skip 1 using (column(1) == 8 ? column(2) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#6b7280' notitle, \
  runs skip 1 using (column(1) == 1 ? column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#0072b2' notitle, \
  data skip 1 using (column(1) == 1 ? column(2) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 7 pointsize 0.6 linecolor rgb '#0072b2' notitle, \
  runs skip 1 using (column(1) == 2 ? column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#d55e00' notitle, \
  data skip 1 using (column(1) == 2 ? column(2) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 7 pointsize 0.6 linecolor rgb '#d55e00' notitle, \
  runs skip 1 using (column(1) == 3 ? column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#009e73' notitle, \
  data skip 1 using (column(1) == 3 ? column(2) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 7 pointsize 0.6 linecolor rgb '#009e73' notitle, \
  runs skip 1 using (column(1) == 4 ? column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#b8529b' notitle, \
  data skip 1 using (column(1) == 4 ? column(2) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 7 pointsize 0.6 linecolor rgb '#b8529b' notitle, \
  runs skip 1 using (column(1) == 5 ? column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#56a5d8' notitle, \
  data skip 1 using (column(1) == 5 ? column(2) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 7 pointsize 0.6 linecolor rgb '#56a5d8' notitle, \
  runs skip 1 using (column(1) == 6 ? column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#d18f00' notitle, \
  data skip 1 using (column(1) == 6 ? column(2) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 7 pointsize 0.6 linecolor rgb '#d18f00' notitle, \
  runs skip 1 using (column(1) == 7 ? column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#7a1f4b' notitle, \
  data skip 1 using (column(1) == 7 ? column(2) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 7 pointsize 0.6 linecolor rgb '#7a1f4b' notitle, \
  runs skip 1 using (column(1) == 8 ? column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#6b7280' notitle, \
  data skip 1 using (column(1) == 8 ? column(2) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 7 pointsize 0.6 linecolor rgb '#6b7280' notitle
if (!strstrt(GPVAL_TERMINALS, 'pngcairo')) exit
set terminal pngcairo size 1500,1375 font 'sans-serif,14' fontscale 1.875 linewidth 2.5 dashlength 2.5 pointscale 3.5 background '#ffffff'
set output 'pass.png'
replot
if (!strstrt(GPVAL_TERMINALS, 'pdfcairo')) exit
set terminal pdfcairo size 6.2500in,5.7292in font 'sans-serif,14' fontscale 0.565 linewidth 1.4 dashlength 2 pointscale 1.15 background '#ffffff'
set output 'pass.pdf'
replot
