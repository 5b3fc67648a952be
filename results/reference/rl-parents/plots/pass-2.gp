# `gnuplot pass-2.gp` draws pass-2.svg, pass-2.png and pass-2.pdf from the CSV files beside it.
# The next report writes this script afresh: to restyle a figure, work on a copy.
data = 'pass-2.csv'
runs = 'pass-2-runs.csv'
set encoding utf8
set datafile separator comma
set border 3 linewidth 1 linecolor rgb '#8c959f'
set tics nomirror out scale 0.5 textcolor rgb '#59636e'
set grid xtics ytics back linetype 1 linewidth 0.8 linecolor rgb '#e4e8ec'
unset key
set bars 0
set style fill transparent solid 0.16 noborder
set style textbox opaque noborder fillcolor rgb '#ffffff' margins 0.4,0.2
set tmargin at screen 0.8341
set bmargin at screen 0.1366
set lmargin at screen 0.1433
set rmargin at screen 0.9633
set label 1 'add: problems solved by one of k completions, no noise' at screen 0.0233, screen 0.9512 left noenhanced textcolor rgb '#1f2328' font ',15'
set arrow from screen 0.0233, screen 0.8829 to screen 0.0800, screen 0.8829 nohead linewidth 2 linecolor rgb '#0072b2'
set label '' at screen 0.0517, screen 0.8829 point pointtype 7 pointsize 0.8 linecolor rgb '#0072b2'
set label 'ppo' at screen 0.0917, screen 0.8829 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.1588, screen 0.8829 to screen 0.2155, screen 0.8829 nohead linewidth 2 linecolor rgb '#d55e00'
set label '' at screen 0.1872, screen 0.8829 point pointtype 7 pointsize 0.8 linecolor rgb '#d55e00'
set label 'rcrl' at screen 0.2272, screen 0.8829 left noenhanced textcolor rgb '#1f2328'
set logscale x 2
set xrange [0.93:17.12]
set yrange [-2:103]
set xtics 1,2,1024 format '%g'
set ytics 0,20,100 format '%g %%'
set xtics offset 0,0.3
set label 'k: completions that are tried' at screen 0.5533, screen 0.0341 center noenhanced textcolor rgb '#59636e'
set label 'problems with a right one' at screen 0.0233, screen 0.4854 center rotate by 90 noenhanced textcolor rgb '#59636e'
set terminal svg size 600,410 dynamic font 'sans-serif,14' background '#ffffff'
set output 'pass-2.svg'
plot \
  data skip 1 using (column(1) == 1 ? column(2) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#0072b2' notitle, \
  data skip 1 using (column(1) == 2 ? column(2) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#d55e00' notitle, \
  runs skip 1 using (column(1) == 1 ? column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#0072b2' notitle, \
  data skip 1 using (column(1) == 1 ? column(2) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 7 pointsize 0.6 linecolor rgb '#0072b2' notitle, \
  runs skip 1 using (column(1) == 2 ? column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#d55e00' notitle, \
  data skip 1 using (column(1) == 2 ? column(2) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 7 pointsize 0.6 linecolor rgb '#d55e00' notitle
if (!strstrt(GPVAL_TERMINALS, 'pngcairo')) exit
set terminal pngcairo size 1500,1025 font 'sans-serif,14' fontscale 1.875 linewidth 2.5 dashlength 2.5 pointscale 3.5 background '#ffffff'
set output 'pass-2.png'
replot
if (!strstrt(GPVAL_TERMINALS, 'pdfcairo')) exit
set terminal pdfcairo size 6.2500in,4.2708in font 'sans-serif,14' fontscale 0.565 linewidth 1.4 dashlength 2 pointscale 1.15 background '#ffffff'
set output 'pass-2.pdf'
replot
