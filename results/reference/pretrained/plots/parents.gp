# `gnuplot parents.gp` draws parents.svg, parents.png and parents.pdf from the CSV files beside it.
# The next report writes this script afresh: to restyle a figure, work on a copy.
data = 'parents.csv'
runs = 'parents-runs.csv'
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
set label 1 'add, chain of thought: after different parents, static: digit' at screen 0.0233, screen 0.9535 left noenhanced textcolor rgb '#1f2328' font ',15'
set arrow from screen 0.0233, screen 0.8884 to screen 0.0800, screen 0.8884 nohead linewidth 2 linecolor rgb '#0072b2'
set label '' at screen 0.0517, screen 0.8884 point pointtype 7 pointsize 0.8 linecolor rgb '#0072b2'
set label 'no parent' at screen 0.0917, screen 0.8884 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.2298, screen 0.8884 to screen 0.2865, screen 0.8884 nohead linewidth 2 linecolor rgb '#d55e00'
set label '' at screen 0.2582, screen 0.8884 point pointtype 5 pointsize 0.8 linecolor rgb '#d55e00'
set label 'parent of 5,000 samples' at screen 0.2982, screen 0.8884 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.6020, screen 0.8884 to screen 0.6587, screen 0.8884 nohead linewidth 2 linecolor rgb '#009e73'
set label '' at screen 0.6303, screen 0.8884 point pointtype 9 pointsize 0.8 linecolor rgb '#009e73'
set label 'parent of 40,000 samples' at screen 0.6703, screen 0.8884 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.8419 to screen 0.0800, screen 0.8419 nohead linewidth 2 linecolor rgb '#b8529b'
set label '' at screen 0.0517, screen 0.8419 point pointtype 13 pointsize 0.8 linecolor rgb '#b8529b'
set label 'parent of 40,000 samples, parent''s task sub' at screen 0.0917, screen 0.8419 left noenhanced textcolor rgb '#1f2328'
x(share) = 100 * share
reach(share, way) = way * 5
set xrange [-1.5:106.5]
set xtics 0,20,100 format '%g %%'
set xtics offset 0,0.3
set label 'noise rate: chance that a site of a contaminated sample is corrupted' at screen 0.5533, screen 0.0326 center noenhanced textcolor rgb '#59636e'
set label 'exact-match accuracy' at screen 0.0233, screen 0.4628 center rotate by 90 noenhanced textcolor rgb '#59636e'
set yrange [-2:103]
set ytics 0,20,100 format '%g %%'
set terminal svg size 600,430 dynamic font 'sans-serif,14' background '#ffffff'
set output 'parents.svg'
plot \
  data skip 1 using (column(1) == 1 ? x(column(2)) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#0072b2' notitle, \
  data skip 1 using (column(1) == 2 ? x(column(2)) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#d55e00' notitle, \
  data skip 1 using (column(1) == 3 ? x(column(2)) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#009e73' notitle, \
  data skip 1 using (column(1) == 4 ? x(column(2)) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#b8529b' notitle, \
  runs skip 1 using (column(1) == 1 ? x(column(2)) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#0072b2' notitle, \
  data skip 1 using (column(1) == 1 ? x(column(2)) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#0072b2' notitle, \
  data skip 1 using (column(1) == 1 ? x(column(2)) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 7 pointsize 0.8 linecolor rgb '#0072b2' notitle, \
  runs skip 1 using (column(1) == 2 ? x(column(2)) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#d55e00' notitle, \
  data skip 1 using (column(1) == 2 ? x(column(2)) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#d55e00' notitle, \
  data skip 1 using (column(1) == 2 ? x(column(2)) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 5 pointsize 0.8 linecolor rgb '#d55e00' notitle, \
  runs skip 1 using (column(1) == 3 ? x(column(2)) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#009e73' notitle, \
  data skip 1 using (column(1) == 3 ? x(column(2)) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#009e73' notitle, \
  data skip 1 using (column(1) == 3 ? x(column(2)) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 9 pointsize 0.8 linecolor rgb '#009e73' notitle, \
  runs skip 1 using (column(1) == 4 ? x(column(2)) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#b8529b' notitle, \
  data skip 1 using (column(1) == 4 ? x(column(2)) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#b8529b' notitle, \
  data skip 1 using (column(1) == 4 ? x(column(2)) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 13 pointsize 0.8 linecolor rgb '#b8529b' notitle
if (!strstrt(GPVAL_TERMINALS, 'pngcairo')) exit
set terminal pngcairo size 1500,1075 font 'sans-serif,14' fontscale 1.875 linewidth 2.5 dashlength 2.5 pointscale 3.5 background '#ffffff'
set output 'parents.png'
replot
if (!strstrt(GPVAL_TERMINALS, 'pdfcairo')) exit
set terminal pdfcairo size 6.2500in,4.4792in font 'sans-serif,14' fontscale 0.565 linewidth 1.4 dashlength 2 pointscale 1.15 background '#ffffff'
set output 'parents.pdf'
replot
