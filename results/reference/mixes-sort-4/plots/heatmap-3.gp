# `gnuplot heatmap-3.gp` draws heatmap-3.svg, heatmap-3.png and heatmap-3.pdf from the CSV files beside it.
# The next report writes this script afresh: to restyle a figure, work on a copy.
data = 'heatmap-3.csv'
set encoding utf8
set datafile separator comma
set border 3 linewidth 1 linecolor rgb '#8c959f'
set tics nomirror out scale 0.5 textcolor rgb '#59636e'
set grid xtics ytics back linetype 1 linewidth 0.8 linecolor rgb '#e4e8ec'
unset key
set bars 0
set style fill transparent solid 0.16 noborder
set style textbox opaque noborder fillcolor rgb '#ffffff' margins 0.4,0.2
set tmargin at screen 0.6792
set bmargin at screen 0.2642
set lmargin at screen 0.1433
set rmargin at screen 0.8467
set label 1 'sort: rate of static: digit noise × contamination (share of samples)' at screen 0.0233, screen 0.9057 left noenhanced textcolor rgb '#1f2328' font ',15'
unset grid
set border 0
set xrange [-0.5:2.5]
set yrange [-0.5:1.5]
set cbrange [0:100]
set palette defined (0 '#440154', 25 '#3b528b', 50 '#21918c', 75 '#5ec962', 100 '#fde725')
set colorbox noborder user origin graph 1.03, graph 0 size 0.02, graph 1
set cbtics 0,25,100 format '%g %%' scale 0 textcolor rgb '#59636e'
set style fill solid 1 noborder
set xtics ('0 %%' 0, '29 %%' 1, '37 %%' 2) scale 0
set ytics ('87 %%' 0, '100 %%' 1) scale 0
set xtics offset 0,0.3
set label 'rate of static: digit noise' at screen 0.4950, screen 0.0660 center noenhanced textcolor rgb '#59636e'
set label 'contamination (share of samples)' at screen 0.0233, graph 1 left offset 0,0.9 noenhanced textcolor rgb '#59636e'
set terminal svg size 600,212 dynamic font 'sans-serif,14' background '#ffffff'
set output 'heatmap-3.svg'
plot \
  data skip 1 using 1:2:($1-0.485):($1+0.485):($2-0.475):($2+0.475):(100*$5) with boxxyerror linecolor palette notitle, \
  data skip 1 using 1:($5 < 0.55 ? $2 : NaN):(sprintf('%.0f', 100*$5)) with labels textcolor rgb '#fefefe' notitle, \
  data skip 1 using 1:($5 < 0.55 ? NaN : $2):(sprintf('%.0f', 100*$5)) with labels textcolor rgb '#010101' notitle
if (!strstrt(GPVAL_TERMINALS, 'pngcairo')) exit
set terminal pngcairo size 1500,530 font 'sans-serif,14' fontscale 1.875 linewidth 2.5 dashlength 2.5 pointscale 3.5 background '#ffffff'
set output 'heatmap-3.png'
replot
if (!strstrt(GPVAL_TERMINALS, 'pdfcairo')) exit
set terminal pdfcairo size 6.2500in,2.2083in font 'sans-serif,14' fontscale 0.565 linewidth 1.4 dashlength 2 pointscale 1.15 background '#ffffff'
set output 'heatmap-3.pdf'
replot
