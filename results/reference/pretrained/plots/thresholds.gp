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
set tmargin at screen 0.7509
set bmargin at screen 0.2051
set lmargin at screen 0.3283
set rmargin at screen 0.7867
set label 1 'Thresholds: noise rate at which 95 % of the clean accuracy is left' at screen 0.0233, screen 0.9267 left noenhanced textcolor rgb '#1f2328' font ',15'
set arrow from screen 0.0233, screen 0.8242 to screen 0.0800, screen 0.8242 nohead linewidth 2 linecolor rgb '#0072b2'
set label '' at screen 0.0517, screen 0.8242 point pointtype 7 pointsize 0.8 linecolor rgb '#0072b2'
set label 'static: digit' at screen 0.0917, screen 0.8242 left noenhanced textcolor rgb '#1f2328'
x(share) = 100 * share
reach(share, way) = way * 5
set xrange [-1.5:106.5]
set xtics 0,20,100 format '%g %%'
set xtics offset 0,0.3
set label 'noise rate: chance that a site of a contaminated sample is corrupted' at screen 0.5575, screen 0.0513 center noenhanced textcolor rgb '#59636e'
set border 1
set yrange [149:0]
unset ytics
set label 'add, no parent' at screen 0.0233, first 13 noenhanced textcolor rgb '#1f2328' font ',12'
set label 'not learned' at graph 1.02, first 13 noenhanced textcolor rgb '#0072b2' font ',12'
set arrow from screen 0.0233, first 26 to graph 1, first 26 nohead back linewidth 1 linecolor rgb '#e4e8ec'
set label 'add, parent of 5,000' at screen 0.0233, first 38.5 noenhanced textcolor rgb '#1f2328' font ',12'
set label 'samples' at screen 0.0233, first 54.5 noenhanced textcolor rgb '#1f2328' font ',12'
set label '2 % (1.7-4.3)' at graph 1.02, first 46.5 noenhanced textcolor rgb '#0072b2' font ',12'
set arrow from screen 0.0233, first 67 to graph 1, first 67 nohead back linewidth 1 linecolor rgb '#e4e8ec'
set label 'add, parent of 40,000' at screen 0.0233, first 79.5 noenhanced textcolor rgb '#1f2328' font ',12'
set label 'samples' at screen 0.0233, first 95.5 noenhanced textcolor rgb '#1f2328' font ',12'
set label '4.8 % (4.1-5.6)' at graph 1.02, first 87.5 noenhanced textcolor rgb '#0072b2' font ',12'
set arrow from screen 0.0233, first 108 to graph 1, first 108 nohead back linewidth 1 linecolor rgb '#e4e8ec'
set label 'add, parent of 40,000' at screen 0.0233, first 120.5 noenhanced textcolor rgb '#1f2328' font ',12'
set label 'samples, parent''s task sub' at screen 0.0233, first 136.5 noenhanced textcolor rgb '#1f2328' font ',12'
set label '1.7 % (1.6-3.2)' at graph 1.02, first 128.5 noenhanced textcolor rgb '#0072b2' font ',12'
set arrow from screen 0.0233, first 149 to graph 1, first 149 nohead back linewidth 1 linecolor rgb '#e4e8ec'
set terminal svg size 600,273 dynamic font 'sans-serif,14' background '#ffffff'
set output 'thresholds.svg'
plot \
  thresholds skip 1 using (column(1) == 1 ? x(column(4)) : NaN):2:(x(column(5)) - x(column(4))):(0) with vectors nohead linewidth 3 linecolor rgb '#0072b2' notitle, \
  thresholds skip 1 using (column(1) == 1 && column(6) > 0 ? x(column(5)) : NaN):2:(reach(column(5), 1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#0072b2' notitle, \
  thresholds skip 1 using (column(1) == 1 && column(6) < 0 ? x(column(4)) : NaN):2:(reach(column(4), -1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#0072b2' notitle, \
  thresholds skip 1 using (column(1) == 1 ? x(column(3)) : NaN):2 with points pointtype 7 pointsize 0.9 linecolor rgb '#0072b2' notitle, \
  thresholds skip 1 using (column(1) == 1 && (strcol(7) eq 'not_learned' || strcol(7) eq 'no_clean') ? x(0) : NaN):2 with points pointtype 6 pointsize 0.9 linewidth 1.5 linecolor rgb '#0072b2' notitle
if (!strstrt(GPVAL_TERMINALS, 'pngcairo')) exit
set terminal pngcairo size 1500,682 font 'sans-serif,14' fontscale 1.875 linewidth 2.5 dashlength 2.5 pointscale 3.5 background '#ffffff'
set output 'thresholds.png'
replot
if (!strstrt(GPVAL_TERMINALS, 'pdfcairo')) exit
set terminal pdfcairo size 6.2500in,2.8438in font 'sans-serif,14' fontscale 0.565 linewidth 1.4 dashlength 2 pointscale 1.15 background '#ffffff'
set output 'thresholds.pdf'
replot
