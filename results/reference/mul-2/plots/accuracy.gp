# `gnuplot accuracy.gp` draws accuracy.svg, accuracy.png and accuracy.pdf from the CSV files beside it.
# The next report writes this script afresh: to restyle a figure, work on a copy.
data = 'accuracy.csv'
runs = 'accuracy-runs.csv'
thresholds = 'accuracy-thresholds.csv'
set encoding utf8
set datafile separator comma
set border 3 linewidth 1 linecolor rgb '#8c959f'
set tics nomirror out scale 0.5 textcolor rgb '#59636e'
set grid xtics ytics back linetype 1 linewidth 0.8 linecolor rgb '#e4e8ec'
unset key
set bars 0
set style fill transparent solid 0.16 noborder
set style textbox opaque noborder fillcolor rgb '#ffffff' margins 0.4,0.2
set tmargin at screen 0.8304
set bmargin at screen 0.1079
set lmargin at screen 0.1433
set rmargin at screen 0.9633
set label 1 'chain of thought: accuracy against noise rate' at screen 0.0233, screen 0.9615 left noenhanced textcolor rgb '#1f2328' font ',15'
set arrow from screen 0.0233, screen 0.9075 to screen 0.0800, screen 0.9075 nohead linewidth 2 linecolor rgb '#0072b2'
set label '' at screen 0.0517, screen 0.9075 point pointtype 7 pointsize 0.8 linecolor rgb '#0072b2'
set label 'static: digit' at screen 0.0917, screen 0.9075 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.2772, screen 0.9075 to screen 0.3338, screen 0.9075 nohead linewidth 2 linecolor rgb '#d55e00'
set label '' at screen 0.3055, screen 0.9075 point pointtype 5 pointsize 0.8 linecolor rgb '#d55e00'
set label 'static: line deletion' at screen 0.3455, screen 0.9075 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.6257, screen 0.9075 to screen 0.6823, screen 0.9075 nohead linewidth 2 linecolor rgb '#009e73'
set label '' at screen 0.6540, screen 0.9075 point pointtype 9 pointsize 0.8 linecolor rgb '#009e73'
set label 'dynamic' at screen 0.6940, screen 0.9075 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.8690 to screen 0.0800, screen 0.8690 nohead linewidth 2 linecolor rgb '#b8529b'
set label '' at screen 0.0517, screen 0.8690 point pointtype 13 pointsize 0.8 linecolor rgb '#b8529b'
set label 'dynamic_state' at screen 0.0917, screen 0.8690 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.2772, screen 0.8690 to screen 0.3338, screen 0.8690 nohead linewidth 2 dashtype (6,4) linecolor rgb '#8c959f'
set label '95 % of clean' at screen 0.3455, screen 0.8690 left noenhanced textcolor rgb '#1f2328'
x(share) = 100 * share
reach(share, way) = way * 5
set xrange [-1.5:106.5]
set xtics 0,20,100 format '%g %%'
set xtics offset 0,0.3
set label 'noise rate: chance that a site of a contaminated sample is corrupted' at screen 0.5533, screen 0.0270 center noenhanced textcolor rgb '#59636e'
set label 'exact-match accuracy' at screen 0.0233, screen 0.4692 center rotate by 90 noenhanced textcolor rgb '#59636e'
set arrow from graph 0, first -2 to graph 1, first -2 nohead front linewidth 1 linecolor rgb '#8c959f'
set label 'threshold: where 95 % of the clean accuracy is left, and its 95 % interval' at graph 0.01, first -5.3042 left front noenhanced textcolor rgb '#59636e' font ',11'
set label '1.4 %' at graph 0, first -11.729 right offset -0.8,0 noenhanced textcolor rgb '#0072b2' font ',12'
set label '1.4 %' at graph 0, first -17.9703 right offset -0.8,0 noenhanced textcolor rgb '#d55e00' font ',12'
set label '3 %' at graph 0, first -24.2115 right offset -0.8,0 noenhanced textcolor rgb '#009e73' font ',12'
set label '0.87 %' at graph 0, first -30.4528 right offset -0.8,0 noenhanced textcolor rgb '#b8529b' font ',12'
set yrange [-34.6748:103]
set ytics 0,20,100 format '%g %%'
set arrow from graph 0, first 94.6247 to graph 1, first 94.6247 nohead back linewidth 1.5 dashtype (6,4) linecolor rgb '#8c959f'
set terminal svg size 600,519 dynamic font 'sans-serif,14' background '#ffffff'
set output 'accuracy.svg'
plot \
  data skip 1 using (column(1) == 1 ? x(column(2)) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#0072b2' notitle, \
  data skip 1 using (column(1) == 2 ? x(column(2)) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#d55e00' notitle, \
  data skip 1 using (column(1) == 3 ? x(column(2)) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#009e73' notitle, \
  data skip 1 using (column(1) == 4 ? x(column(2)) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#b8529b' notitle, \
  thresholds skip 1 using (column(1) == 1 ? x(column(3)) : NaN):(94.6247):(0):(column(2) - 94.6247) with vectors nohead linewidth 1 dashtype (6,4) linecolor rgb '#0072b2' notitle, \
  thresholds skip 1 using (column(1) == 2 ? x(column(3)) : NaN):(94.6247):(0):(column(2) - 94.6247) with vectors nohead linewidth 1 dashtype (6,4) linecolor rgb '#d55e00' notitle, \
  thresholds skip 1 using (column(1) == 3 ? x(column(3)) : NaN):(94.6247):(0):(column(2) - 94.6247) with vectors nohead linewidth 1 dashtype (6,4) linecolor rgb '#009e73' notitle, \
  thresholds skip 1 using (column(1) == 4 ? x(column(3)) : NaN):(94.6247):(0):(column(2) - 94.6247) with vectors nohead linewidth 1 dashtype (6,4) linecolor rgb '#b8529b' notitle, \
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
  data skip 1 using (column(1) == 4 ? x(column(2)) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 13 pointsize 0.8 linecolor rgb '#b8529b' notitle, \
  thresholds skip 1 using (column(1) == 1 ? x(column(4)) : NaN):2:(x(column(5)) - x(column(4))):(0) with vectors nohead linewidth 3 linecolor rgb '#0072b2' notitle, \
  thresholds skip 1 using (column(1) == 1 && column(6) > 0 ? x(column(5)) : NaN):2:(reach(column(5), 1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#0072b2' notitle, \
  thresholds skip 1 using (column(1) == 1 && column(6) < 0 ? x(column(4)) : NaN):2:(reach(column(4), -1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#0072b2' notitle, \
  thresholds skip 1 using (column(1) == 1 ? x(column(3)) : NaN):2 with points pointtype 7 pointsize 0.9 linecolor rgb '#0072b2' notitle, \
  thresholds skip 1 using (column(1) == 1 && (strcol(7) eq 'not_learned' || strcol(7) eq 'no_clean') ? x(0) : NaN):2 with points pointtype 6 pointsize 0.9 linewidth 1.5 linecolor rgb '#0072b2' notitle, \
  thresholds skip 1 using (column(1) == 2 ? x(column(4)) : NaN):2:(x(column(5)) - x(column(4))):(0) with vectors nohead linewidth 3 linecolor rgb '#d55e00' notitle, \
  thresholds skip 1 using (column(1) == 2 && column(6) > 0 ? x(column(5)) : NaN):2:(reach(column(5), 1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#d55e00' notitle, \
  thresholds skip 1 using (column(1) == 2 && column(6) < 0 ? x(column(4)) : NaN):2:(reach(column(4), -1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#d55e00' notitle, \
  thresholds skip 1 using (column(1) == 2 ? x(column(3)) : NaN):2 with points pointtype 5 pointsize 0.9 linecolor rgb '#d55e00' notitle, \
  thresholds skip 1 using (column(1) == 2 && (strcol(7) eq 'not_learned' || strcol(7) eq 'no_clean') ? x(0) : NaN):2 with points pointtype 6 pointsize 0.9 linewidth 1.5 linecolor rgb '#d55e00' notitle, \
  thresholds skip 1 using (column(1) == 3 ? x(column(4)) : NaN):2:(x(column(5)) - x(column(4))):(0) with vectors nohead linewidth 3 linecolor rgb '#009e73' notitle, \
  thresholds skip 1 using (column(1) == 3 && column(6) > 0 ? x(column(5)) : NaN):2:(reach(column(5), 1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#009e73' notitle, \
  thresholds skip 1 using (column(1) == 3 && column(6) < 0 ? x(column(4)) : NaN):2:(reach(column(4), -1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#009e73' notitle, \
  thresholds skip 1 using (column(1) == 3 ? x(column(3)) : NaN):2 with points pointtype 9 pointsize 0.9 linecolor rgb '#009e73' notitle, \
  thresholds skip 1 using (column(1) == 3 && (strcol(7) eq 'not_learned' || strcol(7) eq 'no_clean') ? x(0) : NaN):2 with points pointtype 6 pointsize 0.9 linewidth 1.5 linecolor rgb '#009e73' notitle, \
  thresholds skip 1 using (column(1) == 4 ? x(column(4)) : NaN):2:(x(column(5)) - x(column(4))):(0) with vectors nohead linewidth 3 linecolor rgb '#b8529b' notitle, \
  thresholds skip 1 using (column(1) == 4 && column(6) > 0 ? x(column(5)) : NaN):2:(reach(column(5), 1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#b8529b' notitle, \
  thresholds skip 1 using (column(1) == 4 && column(6) < 0 ? x(column(4)) : NaN):2:(reach(column(4), -1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#b8529b' notitle, \
  thresholds skip 1 using (column(1) == 4 ? x(column(3)) : NaN):2 with points pointtype 13 pointsize 0.9 linecolor rgb '#b8529b' notitle, \
  thresholds skip 1 using (column(1) == 4 && (strcol(7) eq 'not_learned' || strcol(7) eq 'no_clean') ? x(0) : NaN):2 with points pointtype 6 pointsize 0.9 linewidth 1.5 linecolor rgb '#b8529b' notitle
if (!strstrt(GPVAL_TERMINALS, 'pngcairo')) exit
set terminal pngcairo size 1500,1297 font 'sans-serif,14' fontscale 1.875 linewidth 2.5 dashlength 2.5 pointscale 3.5 background '#ffffff'
set output 'accuracy.png'
replot
if (!strstrt(GPVAL_TERMINALS, 'pdfcairo')) exit
set terminal pdfcairo size 6.2500in,5.4062in font 'sans-serif,14' fontscale 0.565 linewidth 1.4 dashlength 2 pointscale 1.15 background '#ffffff'
set output 'accuracy.pdf'
replot
