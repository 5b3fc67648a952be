# `gnuplot accuracy-6.gp` draws accuracy-6.svg and accuracy-6.png from the CSV files beside it.
# The next report writes this script afresh: to restyle a figure, work on a copy.
data = 'accuracy-6.csv'
runs = 'accuracy-6-runs.csv'
thresholds = 'accuracy-6-thresholds.csv'
set encoding utf8
set datafile separator comma
set border 3 linewidth 1 linecolor rgb '#8c959f'
set tics nomirror out scale 0.5 textcolor rgb '#59636e'
set grid xtics ytics back linetype 1 linewidth 0.8 linecolor rgb '#e4e8ec'
unset key
set xlabel textcolor rgb '#59636e' noenhanced
set ylabel textcolor rgb '#59636e' noenhanced
set bars 0
set style fill transparent solid 0.16 noborder
set style textbox opaque noborder fillcolor rgb '#ffffff' margins 0.4,0.2
set tmargin at screen 0.6218
set label 1 'sort, chain of thought, tiny model: accuracy against noise rate, static: line deletion' at screen 0.0233, screen 0.9636 left noenhanced textcolor rgb '#1f2328' font ',12'
set arrow from screen 0.0233, screen 0.9127 to screen 0.0800, screen 0.9127 nohead linewidth 2 linecolor rgb '#470d60'
set label '' at screen 0.0517, screen 0.9127 point pointtype 7 pointsize 0.8 linecolor rgb '#470d60'
set label 'static: line deletion + dynamic at 16 %, 19 % of samples' at screen 0.0917, screen 0.9127 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.8764 to screen 0.0800, screen 0.8764 nohead linewidth 2 linecolor rgb '#443983'
set label '' at screen 0.0517, screen 0.8764 point pointtype 5 pointsize 0.8 linecolor rgb '#443983'
set label 'static: line deletion + dynamic at 5 %, 44 % of samples' at screen 0.0917, screen 0.8764 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.8400 to screen 0.0800, screen 0.8400 nohead linewidth 2 linecolor rgb '#31688e'
set label '' at screen 0.0517, screen 0.8400 point pointtype 9 pointsize 0.8 linecolor rgb '#31688e'
set label 'static: line deletion + dynamic at 38 %, 87 % of samples' at screen 0.0917, screen 0.8400 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.8036 to screen 0.0800, screen 0.8036 nohead linewidth 2 linecolor rgb '#208f8b'
set label '' at screen 0.0517, screen 0.8036 point pointtype 13 pointsize 0.8 linecolor rgb '#208f8b'
set label 'static: line deletion + dynamic at 51 %' at screen 0.0917, screen 0.8036 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.7673 to screen 0.0800, screen 0.7673 nohead linewidth 2 linecolor rgb '#28a877'
set label '' at screen 0.0517, screen 0.7673 point pointtype 11 pointsize 0.8 linecolor rgb '#28a877'
set label 'static: line deletion + dynamic at 49 %, 41 % of samples' at screen 0.0917, screen 0.7673 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.7309 to screen 0.0800, screen 0.7309 nohead linewidth 2 linecolor rgb '#6bb13a'
set label '' at screen 0.0517, screen 0.7309 point pointtype 15 pointsize 0.8 linecolor rgb '#6bb13a'
set label 'static: line deletion + dynamic at 26 %, 76 % of samples' at screen 0.0917, screen 0.7309 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.6945 to screen 0.0800, screen 0.6945 nohead linewidth 2 linecolor rgb '#aea118'
set label '' at screen 0.0517, screen 0.6945 point pointtype 6 pointsize 0.8 linecolor rgb '#aea118'
set label 'static: line deletion + dynamic at 57 %, 80 % of samples' at screen 0.0917, screen 0.6945 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.6582 to screen 0.0800, screen 0.6582 nohead linewidth 2 linecolor rgb '#d98b0a'
set label '' at screen 0.0517, screen 0.6582 point pointtype 4 pointsize 0.8 linecolor rgb '#d98b0a'
set label 'static: line deletion + dynamic at 27 %, 13 % of samples' at screen 0.0917, screen 0.6582 left noenhanced textcolor rgb '#1f2328'
set xrange [-0.6:40.6]
set yrange [-2:103]
set xtics 0,10,40 format '%g %%'
set ytics 0,20,100 format '%g %%'
set xlabel 'noise rate: chance that a site of a contaminated sample is corrupted'
set ylabel 'exact-match accuracy'
set terminal svg size 600,550 dynamic font 'sans-serif,14' background '#ffffff'
set output 'accuracy-6.svg'
plot \
  data skip 1 using (column(1) == 1 ? 100 * column(2) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#470d60' notitle, \
  data skip 1 using (column(1) == 2 ? 100 * column(2) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#443983' notitle, \
  data skip 1 using (column(1) == 3 ? 100 * column(2) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#31688e' notitle, \
  data skip 1 using (column(1) == 4 ? 100 * column(2) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#208f8b' notitle, \
  data skip 1 using (column(1) == 5 ? 100 * column(2) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#28a877' notitle, \
  data skip 1 using (column(1) == 6 ? 100 * column(2) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#6bb13a' notitle, \
  data skip 1 using (column(1) == 7 ? 100 * column(2) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#aea118' notitle, \
  data skip 1 using (column(1) == 8 ? 100 * column(2) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#d98b0a' notitle, \
  runs skip 1 using (column(1) == 1 ? 100 * column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#470d60' notitle, \
  data skip 1 using (column(1) == 1 ? 100 * column(2) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#470d60' notitle, \
  data skip 1 using (column(1) == 1 ? 100 * column(2) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 7 pointsize 0.8 linecolor rgb '#470d60' notitle, \
  runs skip 1 using (column(1) == 2 ? 100 * column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#443983' notitle, \
  data skip 1 using (column(1) == 2 ? 100 * column(2) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#443983' notitle, \
  data skip 1 using (column(1) == 2 ? 100 * column(2) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 5 pointsize 0.8 linecolor rgb '#443983' notitle, \
  runs skip 1 using (column(1) == 3 ? 100 * column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#31688e' notitle, \
  data skip 1 using (column(1) == 3 ? 100 * column(2) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#31688e' notitle, \
  data skip 1 using (column(1) == 3 ? 100 * column(2) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 9 pointsize 0.8 linecolor rgb '#31688e' notitle, \
  runs skip 1 using (column(1) == 4 ? 100 * column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#208f8b' notitle, \
  data skip 1 using (column(1) == 4 ? 100 * column(2) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#208f8b' notitle, \
  data skip 1 using (column(1) == 4 ? 100 * column(2) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 13 pointsize 0.8 linecolor rgb '#208f8b' notitle, \
  runs skip 1 using (column(1) == 5 ? 100 * column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#28a877' notitle, \
  data skip 1 using (column(1) == 5 ? 100 * column(2) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#28a877' notitle, \
  data skip 1 using (column(1) == 5 ? 100 * column(2) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 11 pointsize 0.8 linecolor rgb '#28a877' notitle, \
  runs skip 1 using (column(1) == 6 ? 100 * column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#6bb13a' notitle, \
  data skip 1 using (column(1) == 6 ? 100 * column(2) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#6bb13a' notitle, \
  data skip 1 using (column(1) == 6 ? 100 * column(2) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 15 pointsize 0.8 linecolor rgb '#6bb13a' notitle, \
  runs skip 1 using (column(1) == 7 ? 100 * column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#aea118' notitle, \
  data skip 1 using (column(1) == 7 ? 100 * column(2) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#aea118' notitle, \
  data skip 1 using (column(1) == 7 ? 100 * column(2) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 6 pointsize 0.8 linecolor rgb '#aea118' notitle, \
  runs skip 1 using (column(1) == 8 ? 100 * column(2) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#d98b0a' notitle, \
  data skip 1 using (column(1) == 8 ? 100 * column(2) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#d98b0a' notitle, \
  data skip 1 using (column(1) == 8 ? 100 * column(2) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 4 pointsize 0.8 linecolor rgb '#d98b0a' notitle
set terminal pngcairo size 1500,1375 font 'sans-serif,14' fontscale 1.875 linewidth 2.5 pointscale 2.5 background '#ffffff'
set output 'accuracy-6.png'
replot
