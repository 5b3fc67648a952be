# `gnuplot thresholds.gp` draws thresholds.svg, thresholds.png and thresholds.pdf from the CSV files beside it.
# The next report writes this script afresh: to restyle a figure, work on a copy.
thresholds = 'thresholds-thresholds.csv'
set encoding utf8
set datafile separator comma
set border 3 linewidth 1 linecolor rgb '#8c959f'
set tics nomirror out scale 0.5 textcolor rgb '#59636e'
set grid xtics ytics back linetype 1 linewidth 0.8 linecolor rgb '#e4e8ec'
unset key
set bars 0
set style fill transparent solid 0.16 noborder
set style textbox opaque noborder fillcolor rgb '#ffffff' margins 0.4,0.2
set tmargin at screen 0.6868
set bmargin at screen 0.1993
set lmargin at screen 0.2733
set rmargin at screen 0.7867
set label 1 'Thresholds: noise rate at which 95 % of the clean accuracy is left' at screen 0.0233, screen 0.9288 left noenhanced textcolor rgb '#1f2328' font ',15'
set arrow from screen 0.0233, screen 0.8292 to screen 0.0800, screen 0.8292 nohead linewidth 2 linecolor rgb '#0072b2'
set label '' at screen 0.0517, screen 0.8292 point pointtype 7 pointsize 0.8 linecolor rgb '#0072b2'
set label 'static: digit' at screen 0.0917, screen 0.8292 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.2772, screen 0.8292 to screen 0.3338, screen 0.8292 nohead linewidth 2 linecolor rgb '#d55e00'
set label '' at screen 0.3055, screen 0.8292 point pointtype 5 pointsize 0.8 linecolor rgb '#d55e00'
set label 'static: line deletion' at screen 0.3455, screen 0.8292 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.6257, screen 0.8292 to screen 0.6823, screen 0.8292 nohead linewidth 2 linecolor rgb '#009e73'
set label '' at screen 0.6540, screen 0.8292 point pointtype 9 pointsize 0.8 linecolor rgb '#009e73'
set label 'dynamic' at screen 0.6940, screen 0.8292 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.7580 to screen 0.0800, screen 0.7580 nohead linewidth 2 linecolor rgb '#b8529b'
set label '' at screen 0.0517, screen 0.7580 point pointtype 13 pointsize 0.8 linecolor rgb '#b8529b'
set label 'dynamic_state' at screen 0.0917, screen 0.7580 left noenhanced textcolor rgb '#1f2328'
x(share) = 100 * share
reach(share, way) = way * 5
set xrange [-1.5:106.5]
set xtics 0,20,100 format '%g %%'
set xtics offset 0,0.3
set label 'noise rate: chance that a site of a contaminated sample is corrupted' at screen 0.5300, screen 0.0498 center noenhanced textcolor rgb '#59636e'
set border 1
set yrange [137:0]
unset ytics
set label 'mul, direct answer' at screen 0.0233, first 30 noenhanced textcolor rgb '#1f2328' font ',12'
set label 'not learned' at graph 1.02, first 13 noenhanced textcolor rgb '#0072b2' font ',12'
set label 'not learned' at graph 1.02, first 30 noenhanced textcolor rgb '#009e73' font ',12'
set label 'not learned' at graph 1.02, first 47 noenhanced textcolor rgb '#b8529b' font ',12'
set arrow from screen 0.0233, first 60 to graph 1, first 60 nohead back linewidth 1 linecolor rgb '#e4e8ec'
set label 'mul, chain of thought' at screen 0.0233, first 98.5 noenhanced textcolor rgb '#1f2328' font ',12'
set label '1.4 % (0.76-5.2)' at graph 1.02, first 73 noenhanced textcolor rgb '#0072b2' font ',12'
set label '1.4 % (1.2-1.7)' at graph 1.02, first 90 noenhanced textcolor rgb '#d55e00' font ',12'
set label '3 % (1.5-5.2)' at graph 1.02, first 107 noenhanced textcolor rgb '#009e73' font ',12'
set label '0.87 % (0.67-1.2)' at graph 1.02, first 124 noenhanced textcolor rgb '#b8529b' font ',12'
set arrow from screen 0.0233, first 137 to graph 1, first 137 nohead back linewidth 1 linecolor rgb '#e4e8ec'
set terminal svg size 600,281 dynamic font 'sans-serif,14' background '#ffffff'
set output 'thresholds.svg'
plot \
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
set terminal pngcairo size 1500,702 font 'sans-serif,14' fontscale 1.875 linewidth 2.5 dashlength 2.5 pointscale 3.5 background '#ffffff'
set output 'thresholds.png'
replot
if (!strstrt(GPVAL_TERMINALS, 'pdfcairo')) exit
set terminal pdfcairo size 6.2500in,2.9271in font 'sans-serif,14' fontscale 0.565 linewidth 1.4 dashlength 2 pointscale 1.15 background '#ffffff'
set output 'thresholds.pdf'
replot
