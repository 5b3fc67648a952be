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
set tmargin at screen 0.8840
set bmargin at screen 0.0956
set lmargin at screen 0.2517
set rmargin at screen 0.7867
set label 1 'Thresholds: noise rate at which 95 % of the clean accuracy is left' at screen 0.0233, screen 0.9659 left noenhanced textcolor rgb '#1f2328' font ',15'
set arrow from screen 0.0233, screen 0.9181 to screen 0.0800, screen 0.9181 nohead linewidth 2 linecolor rgb '#0072b2'
set label '' at screen 0.0517, screen 0.9181 point pointtype 7 pointsize 0.8 linecolor rgb '#0072b2'
set label 'static: digit' at screen 0.0917, screen 0.9181 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.2772, screen 0.9181 to screen 0.3338, screen 0.9181 nohead linewidth 2 linecolor rgb '#d55e00'
set label '' at screen 0.3055, screen 0.9181 point pointtype 5 pointsize 0.8 linecolor rgb '#d55e00'
set label 'static: digit_drop' at screen 0.3455, screen 0.9181 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.5902, screen 0.9181 to screen 0.6468, screen 0.9181 nohead linewidth 2 linecolor rgb '#009e73'
set label '' at screen 0.6185, screen 0.9181 point pointtype 9 pointsize 0.8 linecolor rgb '#009e73'
set label 'dynamic' at screen 0.6585, screen 0.9181 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.7730, screen 0.9181 to screen 0.8297, screen 0.9181 nohead linewidth 2 linecolor rgb '#b8529b'
set label '' at screen 0.8013, screen 0.9181 point pointtype 13 pointsize 0.8 linecolor rgb '#b8529b'
set label 'slip' at screen 0.8413, screen 0.9181 left noenhanced textcolor rgb '#1f2328'
x(share) = 100 * share
reach(share, way) = way * 2
set xrange [-0.6:42.6]
set xtics 0,10,40 format '%g %%'
set xtics offset 0,0.3
set label 'noise rate: chance that a site of a contaminated sample is corrupted' at screen 0.5192, screen 0.0239 center noenhanced textcolor rgb '#59636e'
set border 1
set yrange [462:0]
unset ytics
set label 'add, 2,500 samples' at screen 0.0233, first 38.5 noenhanced textcolor rgb '#1f2328' font ',12'
set label 'not learned' at graph 1.02, first 13 noenhanced textcolor rgb '#0072b2' font ',12'
set label 'not learned' at graph 1.02, first 30 noenhanced textcolor rgb '#d55e00' font ',12'
set label 'not learned' at graph 1.02, first 47 noenhanced textcolor rgb '#009e73' font ',12'
set label 'not learned' at graph 1.02, first 64 noenhanced textcolor rgb '#b8529b' font ',12'
set arrow from screen 0.0233, first 77 to graph 1, first 77 nohead back linewidth 1 linecolor rgb '#e4e8ec'
set label 'add, 5,000 samples' at screen 0.0233, first 115.5 noenhanced textcolor rgb '#1f2328' font ',12'
set label 'not learned' at graph 1.02, first 90 noenhanced textcolor rgb '#0072b2' font ',12'
set label 'not learned' at graph 1.02, first 107 noenhanced textcolor rgb '#d55e00' font ',12'
set label 'not learned' at graph 1.02, first 124 noenhanced textcolor rgb '#009e73' font ',12'
set label 'not learned' at graph 1.02, first 141 noenhanced textcolor rgb '#b8529b' font ',12'
set arrow from screen 0.0233, first 154 to graph 1, first 154 nohead back linewidth 1 linecolor rgb '#e4e8ec'
set label 'add, 10,000 samples' at screen 0.0233, first 192.5 noenhanced textcolor rgb '#1f2328' font ',12'
set label '0.67 % (0.3-6.9)' at graph 1.02, first 167 noenhanced textcolor rgb '#0072b2' font ',12'
set label '0.62 % (0.23->5)' at graph 1.02, first 184 noenhanced textcolor rgb '#d55e00' font ',12'
set label '0.87 % (0.71-11)' at graph 1.02, first 201 noenhanced textcolor rgb '#009e73' font ',12'
set label '2.5 % (0.98-24)' at graph 1.02, first 218 noenhanced textcolor rgb '#b8529b' font ',12'
set arrow from screen 0.0233, first 231 to graph 1, first 231 nohead back linewidth 1 linecolor rgb '#e4e8ec'
set label 'add, 20,000 samples' at screen 0.0233, first 269.5 noenhanced textcolor rgb '#1f2328' font ',12'
set label '0.68 % (0.25-8.3)' at graph 1.02, first 244 noenhanced textcolor rgb '#0072b2' font ',12'
set label '1.6 % (0.85->5)' at graph 1.02, first 261 noenhanced textcolor rgb '#d55e00' font ',12'
set label '4.7 % (1.5-28)' at graph 1.02, first 278 noenhanced textcolor rgb '#009e73' font ',12'
set label '6.6 % (4.6-11)' at graph 1.02, first 295 noenhanced textcolor rgb '#b8529b' font ',12'
set arrow from screen 0.0233, first 308 to graph 1, first 308 nohead back linewidth 1 linecolor rgb '#e4e8ec'
set label 'add, 40,000 samples' at screen 0.0233, first 346.5 noenhanced textcolor rgb '#1f2328' font ',12'
set label '2.3 % (0.44->10)' at graph 1.02, first 321 noenhanced textcolor rgb '#0072b2' font ',12'
set label '> 5 %' at graph 1.02, first 338 noenhanced textcolor rgb '#d55e00' font ',12'
set label '11 % (5->40)' at graph 1.02, first 355 noenhanced textcolor rgb '#009e73' font ',12'
set label '18 % (4.5->40)' at graph 1.02, first 372 noenhanced textcolor rgb '#b8529b' font ',12'
set arrow from screen 0.0233, first 385 to graph 1, first 385 nohead back linewidth 1 linecolor rgb '#e4e8ec'
set label 'add, 80,000 samples' at screen 0.0233, first 423.5 noenhanced textcolor rgb '#1f2328' font ',12'
set label '5.2 % (3.2->10)' at graph 1.02, first 398 noenhanced textcolor rgb '#0072b2' font ',12'
set label '> 5 %' at graph 1.02, first 415 noenhanced textcolor rgb '#d55e00' font ',12'
set label '17 % (2.8->40)' at graph 1.02, first 432 noenhanced textcolor rgb '#009e73' font ',12'
set label '36 % (24->40)' at graph 1.02, first 449 noenhanced textcolor rgb '#b8529b' font ',12'
set arrow from screen 0.0233, first 462 to graph 1, first 462 nohead back linewidth 1 linecolor rgb '#e4e8ec'
set terminal svg size 600,586 dynamic font 'sans-serif,14' background '#ffffff'
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
set terminal pngcairo size 1500,1465 font 'sans-serif,14' fontscale 1.875 linewidth 2.5 dashlength 2.5 pointscale 3.5 background '#ffffff'
set output 'thresholds.png'
replot
if (!strstrt(GPVAL_TERMINALS, 'pdfcairo')) exit
set terminal pdfcairo size 6.2500in,6.1042in font 'sans-serif,14' fontscale 0.565 linewidth 1.4 dashlength 2 pointscale 1.15 background '#ffffff'
set output 'thresholds.pdf'
replot
