# `gnuplot accuracy-15.gp` draws accuracy-15.svg, accuracy-15.png and accuracy-15.pdf from the CSV files beside it.
# The next report writes this script afresh: to restyle a figure, work on a copy.
data = 'accuracy-15.csv'
runs = 'accuracy-15-runs.csv'
thresholds = 'accuracy-15-thresholds.csv'
set encoding utf8
set datafile separator comma
set border 3 linewidth 1 linecolor rgb '#8c959f'
set tics nomirror out scale 0.5 textcolor rgb '#59636e'
set grid xtics ytics back linetype 1 linewidth 0.8 linecolor rgb '#e4e8ec'
unset key
set bars 0
set style fill transparent solid 0.16 noborder
set style textbox opaque noborder fillcolor rgb '#ffffff' margins 0.4,0.2
set tmargin at screen 0.7058
set bmargin at screen 0.0792
set lmargin at screen 0.1433
set rmargin at screen 0.9633
set label 1 'median, chain of thought, tiny model: accuracy against noise rate, static: line deletion' at screen 0.0233, screen 0.9717 left noenhanced textcolor rgb '#1f2328' font ',12'
set arrow from screen 0.0233, screen 0.9321 to screen 0.0800, screen 0.9321 nohead linewidth 2 linecolor rgb '#470d60'
set label '' at screen 0.0517, screen 0.9321 point pointtype 7 pointsize 0.8 linecolor rgb '#470d60'
set label 'static: line deletion + dynamic at 1 %, 59 % of samples' at screen 0.0917, screen 0.9321 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.9038 to screen 0.0800, screen 0.9038 nohead linewidth 2 linecolor rgb '#443983'
set label '' at screen 0.0517, screen 0.9038 point pointtype 5 pointsize 0.8 linecolor rgb '#443983'
set label 'static: line deletion + dynamic at 5 %, 77 % of samples' at screen 0.0917, screen 0.9038 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.8755 to screen 0.0800, screen 0.8755 nohead linewidth 2 linecolor rgb '#31688e'
set label '' at screen 0.0517, screen 0.8755 point pointtype 9 pointsize 0.8 linecolor rgb '#31688e'
set label 'static: line deletion + dynamic at 7 %, 98 % of samples' at screen 0.0917, screen 0.8755 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.8472 to screen 0.0800, screen 0.8472 nohead linewidth 2 linecolor rgb '#208f8b'
set label '' at screen 0.0517, screen 0.8472 point pointtype 13 pointsize 0.8 linecolor rgb '#208f8b'
set label 'static: line deletion + dynamic at 12 %, 52 % of samples' at screen 0.0917, screen 0.8472 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.8190 to screen 0.0800, screen 0.8190 nohead linewidth 2 linecolor rgb '#28a877'
set label '' at screen 0.0517, screen 0.8190 point pointtype 11 pointsize 0.8 linecolor rgb '#28a877'
set label 'static: line deletion + dynamic at 13 %, 51 % of samples' at screen 0.0917, screen 0.8190 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.7907 to screen 0.0800, screen 0.7907 nohead linewidth 2 linecolor rgb '#6bb13a'
set label '' at screen 0.0517, screen 0.7907 point pointtype 15 pointsize 0.8 linecolor rgb '#6bb13a'
set label 'static: line deletion + dynamic at 13 %' at screen 0.0917, screen 0.7907 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.7624 to screen 0.0800, screen 0.7624 nohead linewidth 2 linecolor rgb '#aea118'
set label '' at screen 0.0517, screen 0.7624 point pointtype 6 pointsize 0.8 linecolor rgb '#aea118'
set label 'static: line deletion + dynamic at 15 %' at screen 0.0917, screen 0.7624 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.7341 to screen 0.0800, screen 0.7341 nohead linewidth 2 linecolor rgb '#d98b0a'
set label '' at screen 0.0517, screen 0.7341 point pointtype 4 pointsize 0.8 linecolor rgb '#d98b0a'
set label 'static: line deletion + dynamic at 19 %' at screen 0.0917, screen 0.7341 left noenhanced textcolor rgb '#1f2328'
x(share) = 100 * share
reach(share, way) = way * 1.75
set xrange [-0.525:37.275]
set xtics 0,10,35 format '%g %%'
set xtics offset 0,0.3
set label 'noise rate: chance that a site of a contaminated sample is corrupted' at screen 0.5533, screen 0.0198 center noenhanced textcolor rgb '#59636e'
set label 'exact-match accuracy' at screen 0.0233, screen 0.3925 center rotate by 90 noenhanced textcolor rgb '#59636e'
set arrow from graph 0, first -2 to graph 1, first -2 nohead front linewidth 1 linecolor rgb '#8c959f'
set label 'threshold: where 95 % of the clean accuracy is left, and its 95 % interval' at graph 0.01, first -5.3042 left front noenhanced textcolor rgb '#59636e' font ',11'
set label 'none' at graph 0, first -11.729 right offset -0.8,0 noenhanced textcolor rgb '#470d60' font ',12'
set label 'none' at graph 0, first -17.9703 right offset -0.8,0 noenhanced textcolor rgb '#443983' font ',12'
set label 'none' at graph 0, first -24.2115 right offset -0.8,0 noenhanced textcolor rgb '#31688e' font ',12'
set label 'none' at graph 0, first -30.4528 right offset -0.8,0 noenhanced textcolor rgb '#208f8b' font ',12'
set label 'none' at graph 0, first -36.6941 right offset -0.8,0 noenhanced textcolor rgb '#28a877' font ',12'
set label 'none' at graph 0, first -42.9353 right offset -0.8,0 noenhanced textcolor rgb '#6bb13a' font ',12'
set label 'none' at graph 0, first -49.1766 right offset -0.8,0 noenhanced textcolor rgb '#aea118' font ',12'
set label 'none' at graph 0, first -55.4178 right offset -0.8,0 noenhanced textcolor rgb '#d98b0a' font ',12'
set yrange [-59.6399:103]
set ytics 0,20,100 format '%g %%'
set terminal svg size 600,707 dynamic font 'sans-serif,14' background '#ffffff'
set output 'accuracy-15.svg'
plot \
  data skip 1 using (column(1) == 1 ? x(column(2)) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#470d60' notitle, \
  data skip 1 using (column(1) == 2 ? x(column(2)) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#443983' notitle, \
  data skip 1 using (column(1) == 3 ? x(column(2)) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#31688e' notitle, \
  data skip 1 using (column(1) == 4 ? x(column(2)) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#208f8b' notitle, \
  data skip 1 using (column(1) == 5 ? x(column(2)) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#28a877' notitle, \
  data skip 1 using (column(1) == 6 ? x(column(2)) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#6bb13a' notitle, \
  data skip 1 using (column(1) == 7 ? x(column(2)) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#aea118' notitle, \
  data skip 1 using (column(1) == 8 ? x(column(2)) : NaN):(100 * column(4)):(100 * column(5)) with filledcurves linecolor rgb '#d98b0a' notitle, \
  runs skip 1 using (column(1) == 1 ? x(column(2)) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#470d60' notitle, \
  data skip 1 using (column(1) == 1 ? x(column(2)) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#470d60' notitle, \
  data skip 1 using (column(1) == 1 ? x(column(2)) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 7 pointsize 0.8 linecolor rgb '#470d60' notitle, \
  runs skip 1 using (column(1) == 2 ? x(column(2)) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#443983' notitle, \
  data skip 1 using (column(1) == 2 ? x(column(2)) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#443983' notitle, \
  data skip 1 using (column(1) == 2 ? x(column(2)) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 5 pointsize 0.8 linecolor rgb '#443983' notitle, \
  runs skip 1 using (column(1) == 3 ? x(column(2)) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#31688e' notitle, \
  data skip 1 using (column(1) == 3 ? x(column(2)) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#31688e' notitle, \
  data skip 1 using (column(1) == 3 ? x(column(2)) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 9 pointsize 0.8 linecolor rgb '#31688e' notitle, \
  runs skip 1 using (column(1) == 4 ? x(column(2)) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#208f8b' notitle, \
  data skip 1 using (column(1) == 4 ? x(column(2)) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#208f8b' notitle, \
  data skip 1 using (column(1) == 4 ? x(column(2)) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 13 pointsize 0.8 linecolor rgb '#208f8b' notitle, \
  runs skip 1 using (column(1) == 5 ? x(column(2)) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#28a877' notitle, \
  data skip 1 using (column(1) == 5 ? x(column(2)) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#28a877' notitle, \
  data skip 1 using (column(1) == 5 ? x(column(2)) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 11 pointsize 0.8 linecolor rgb '#28a877' notitle, \
  runs skip 1 using (column(1) == 6 ? x(column(2)) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#6bb13a' notitle, \
  data skip 1 using (column(1) == 6 ? x(column(2)) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#6bb13a' notitle, \
  data skip 1 using (column(1) == 6 ? x(column(2)) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 15 pointsize 0.8 linecolor rgb '#6bb13a' notitle, \
  runs skip 1 using (column(1) == 7 ? x(column(2)) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#aea118' notitle, \
  data skip 1 using (column(1) == 7 ? x(column(2)) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#aea118' notitle, \
  data skip 1 using (column(1) == 7 ? x(column(2)) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 6 pointsize 0.8 linecolor rgb '#aea118' notitle, \
  runs skip 1 using (column(1) == 8 ? x(column(2)) : NaN):(100 * column(3)) with points pointtype 7 pointsize 0.25 linecolor rgb '#d98b0a' notitle, \
  data skip 1 using (column(1) == 8 ? x(column(2)) : NaN):(100 * column(6)) with lines linewidth 1 dashtype (2,3) linecolor rgb '#d98b0a' notitle, \
  data skip 1 using (column(1) == 8 ? x(column(2)) : NaN):(100 * column(3)) with linespoints linewidth 2 pointtype 4 pointsize 0.8 linecolor rgb '#d98b0a' notitle, \
  thresholds skip 1 using (column(1) == 1 ? x(column(4)) : NaN):2:(x(column(5)) - x(column(4))):(0) with vectors nohead linewidth 3 linecolor rgb '#470d60' notitle, \
  thresholds skip 1 using (column(1) == 1 && column(6) > 0 ? x(column(5)) : NaN):2:(reach(column(5), 1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#470d60' notitle, \
  thresholds skip 1 using (column(1) == 1 && column(6) < 0 ? x(column(4)) : NaN):2:(reach(column(4), -1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#470d60' notitle, \
  thresholds skip 1 using (column(1) == 1 ? x(column(3)) : NaN):2 with points pointtype 7 pointsize 0.9 linecolor rgb '#470d60' notitle, \
  thresholds skip 1 using (column(1) == 1 && (strcol(7) eq 'not_learned' || strcol(7) eq 'no_clean') ? x(0) : NaN):2 with points pointtype 6 pointsize 0.9 linewidth 1.5 linecolor rgb '#470d60' notitle, \
  thresholds skip 1 using (column(1) == 2 ? x(column(4)) : NaN):2:(x(column(5)) - x(column(4))):(0) with vectors nohead linewidth 3 linecolor rgb '#443983' notitle, \
  thresholds skip 1 using (column(1) == 2 && column(6) > 0 ? x(column(5)) : NaN):2:(reach(column(5), 1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#443983' notitle, \
  thresholds skip 1 using (column(1) == 2 && column(6) < 0 ? x(column(4)) : NaN):2:(reach(column(4), -1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#443983' notitle, \
  thresholds skip 1 using (column(1) == 2 ? x(column(3)) : NaN):2 with points pointtype 5 pointsize 0.9 linecolor rgb '#443983' notitle, \
  thresholds skip 1 using (column(1) == 2 && (strcol(7) eq 'not_learned' || strcol(7) eq 'no_clean') ? x(0) : NaN):2 with points pointtype 6 pointsize 0.9 linewidth 1.5 linecolor rgb '#443983' notitle, \
  thresholds skip 1 using (column(1) == 3 ? x(column(4)) : NaN):2:(x(column(5)) - x(column(4))):(0) with vectors nohead linewidth 3 linecolor rgb '#31688e' notitle, \
  thresholds skip 1 using (column(1) == 3 && column(6) > 0 ? x(column(5)) : NaN):2:(reach(column(5), 1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#31688e' notitle, \
  thresholds skip 1 using (column(1) == 3 && column(6) < 0 ? x(column(4)) : NaN):2:(reach(column(4), -1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#31688e' notitle, \
  thresholds skip 1 using (column(1) == 3 ? x(column(3)) : NaN):2 with points pointtype 9 pointsize 0.9 linecolor rgb '#31688e' notitle, \
  thresholds skip 1 using (column(1) == 3 && (strcol(7) eq 'not_learned' || strcol(7) eq 'no_clean') ? x(0) : NaN):2 with points pointtype 6 pointsize 0.9 linewidth 1.5 linecolor rgb '#31688e' notitle, \
  thresholds skip 1 using (column(1) == 4 ? x(column(4)) : NaN):2:(x(column(5)) - x(column(4))):(0) with vectors nohead linewidth 3 linecolor rgb '#208f8b' notitle, \
  thresholds skip 1 using (column(1) == 4 && column(6) > 0 ? x(column(5)) : NaN):2:(reach(column(5), 1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#208f8b' notitle, \
  thresholds skip 1 using (column(1) == 4 && column(6) < 0 ? x(column(4)) : NaN):2:(reach(column(4), -1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#208f8b' notitle, \
  thresholds skip 1 using (column(1) == 4 ? x(column(3)) : NaN):2 with points pointtype 13 pointsize 0.9 linecolor rgb '#208f8b' notitle, \
  thresholds skip 1 using (column(1) == 4 && (strcol(7) eq 'not_learned' || strcol(7) eq 'no_clean') ? x(0) : NaN):2 with points pointtype 6 pointsize 0.9 linewidth 1.5 linecolor rgb '#208f8b' notitle, \
  thresholds skip 1 using (column(1) == 5 ? x(column(4)) : NaN):2:(x(column(5)) - x(column(4))):(0) with vectors nohead linewidth 3 linecolor rgb '#28a877' notitle, \
  thresholds skip 1 using (column(1) == 5 && column(6) > 0 ? x(column(5)) : NaN):2:(reach(column(5), 1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#28a877' notitle, \
  thresholds skip 1 using (column(1) == 5 && column(6) < 0 ? x(column(4)) : NaN):2:(reach(column(4), -1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#28a877' notitle, \
  thresholds skip 1 using (column(1) == 5 ? x(column(3)) : NaN):2 with points pointtype 11 pointsize 0.9 linecolor rgb '#28a877' notitle, \
  thresholds skip 1 using (column(1) == 5 && (strcol(7) eq 'not_learned' || strcol(7) eq 'no_clean') ? x(0) : NaN):2 with points pointtype 6 pointsize 0.9 linewidth 1.5 linecolor rgb '#28a877' notitle, \
  thresholds skip 1 using (column(1) == 6 ? x(column(4)) : NaN):2:(x(column(5)) - x(column(4))):(0) with vectors nohead linewidth 3 linecolor rgb '#6bb13a' notitle, \
  thresholds skip 1 using (column(1) == 6 && column(6) > 0 ? x(column(5)) : NaN):2:(reach(column(5), 1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#6bb13a' notitle, \
  thresholds skip 1 using (column(1) == 6 && column(6) < 0 ? x(column(4)) : NaN):2:(reach(column(4), -1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#6bb13a' notitle, \
  thresholds skip 1 using (column(1) == 6 ? x(column(3)) : NaN):2 with points pointtype 15 pointsize 0.9 linecolor rgb '#6bb13a' notitle, \
  thresholds skip 1 using (column(1) == 6 && (strcol(7) eq 'not_learned' || strcol(7) eq 'no_clean') ? x(0) : NaN):2 with points pointtype 6 pointsize 0.9 linewidth 1.5 linecolor rgb '#6bb13a' notitle, \
  thresholds skip 1 using (column(1) == 7 ? x(column(4)) : NaN):2:(x(column(5)) - x(column(4))):(0) with vectors nohead linewidth 3 linecolor rgb '#aea118' notitle, \
  thresholds skip 1 using (column(1) == 7 && column(6) > 0 ? x(column(5)) : NaN):2:(reach(column(5), 1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#aea118' notitle, \
  thresholds skip 1 using (column(1) == 7 && column(6) < 0 ? x(column(4)) : NaN):2:(reach(column(4), -1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#aea118' notitle, \
  thresholds skip 1 using (column(1) == 7 ? x(column(3)) : NaN):2 with points pointtype 6 pointsize 0.9 linecolor rgb '#aea118' notitle, \
  thresholds skip 1 using (column(1) == 7 && (strcol(7) eq 'not_learned' || strcol(7) eq 'no_clean') ? x(0) : NaN):2 with points pointtype 6 pointsize 0.9 linewidth 1.5 linecolor rgb '#aea118' notitle, \
  thresholds skip 1 using (column(1) == 8 ? x(column(4)) : NaN):2:(x(column(5)) - x(column(4))):(0) with vectors nohead linewidth 3 linecolor rgb '#d98b0a' notitle, \
  thresholds skip 1 using (column(1) == 8 && column(6) > 0 ? x(column(5)) : NaN):2:(reach(column(5), 1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#d98b0a' notitle, \
  thresholds skip 1 using (column(1) == 8 && column(6) < 0 ? x(column(4)) : NaN):2:(reach(column(4), -1)):(0) with vectors head filled size screen 0.012,20 linewidth 2 linecolor rgb '#d98b0a' notitle, \
  thresholds skip 1 using (column(1) == 8 ? x(column(3)) : NaN):2 with points pointtype 4 pointsize 0.9 linecolor rgb '#d98b0a' notitle, \
  thresholds skip 1 using (column(1) == 8 && (strcol(7) eq 'not_learned' || strcol(7) eq 'no_clean') ? x(0) : NaN):2 with points pointtype 6 pointsize 0.9 linewidth 1.5 linecolor rgb '#d98b0a' notitle
if (!strstrt(GPVAL_TERMINALS, 'pngcairo')) exit
set terminal pngcairo size 1500,1767 font 'sans-serif,14' fontscale 1.875 linewidth 2.5 dashlength 2.5 pointscale 3.5 background '#ffffff'
set output 'accuracy-15.png'
replot
if (!strstrt(GPVAL_TERMINALS, 'pdfcairo')) exit
set terminal pdfcairo size 6.2500in,7.3646in font 'sans-serif,14' fontscale 0.565 linewidth 1.4 dashlength 2 pointscale 1.15 background '#ffffff'
set output 'accuracy-15.pdf'
replot
