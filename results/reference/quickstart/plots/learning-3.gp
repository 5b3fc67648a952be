# `gnuplot learning-3.gp` draws learning-3.svg and learning-3.png from the CSV files beside it.
# The next report writes this script afresh: to restyle a figure, work on a copy.
data = 'learning-3.csv'
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
set tmargin at screen 0.7953
set label 1 'dynamic: loss while training' at screen 0.0233, screen 0.9535 left noenhanced textcolor rgb '#1f2328' font ',15'
set arrow from screen 0.0233, screen 0.8884 to screen 0.0800, screen 0.8884 nohead linewidth 2 linecolor rgb '#470d60'
set label '0 % noise' at screen 0.0917, screen 0.8884 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.2298, screen 0.8884 to screen 0.2865, screen 0.8884 nohead linewidth 2 linecolor rgb '#31688e'
set label '5 % noise' at screen 0.2982, screen 0.8884 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.4363, screen 0.8884 to screen 0.4930, screen 0.8884 nohead linewidth 2 linecolor rgb '#28a877'
set label '10 % noise' at screen 0.5047, screen 0.8884 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.6547, screen 0.8884 to screen 0.7113, screen 0.8884 nohead linewidth 2 linecolor rgb '#6bb13a'
set label '20 % noise' at screen 0.7230, screen 0.8884 left noenhanced textcolor rgb '#1f2328'
set arrow from screen 0.0233, screen 0.8419 to screen 0.0800, screen 0.8419 nohead linewidth 2 linecolor rgb '#d98b0a'
set label '40 % noise' at screen 0.0917, screen 0.8419 left noenhanced textcolor rgb '#1f2328'
set xlabel 'training tokens, millions'
set yrange [0:*]
set ylabel 'training loss, nats a token'
set terminal svg size 600,430 dynamic font 'sans-serif,14' background '#ffffff'
set output 'learning-3.svg'
plot \
  data skip 1 using (column(1) == 1 ? column(3) / 1e6 : NaN):(1 * column(4)) with lines linewidth 2 linecolor rgb '#470d60' notitle, \
  data skip 1 using (column(1) == 2 ? column(3) / 1e6 : NaN):(1 * column(4)) with lines linewidth 2 linecolor rgb '#31688e' notitle, \
  data skip 1 using (column(1) == 3 ? column(3) / 1e6 : NaN):(1 * column(4)) with lines linewidth 2 linecolor rgb '#28a877' notitle, \
  data skip 1 using (column(1) == 4 ? column(3) / 1e6 : NaN):(1 * column(4)) with lines linewidth 2 linecolor rgb '#6bb13a' notitle, \
  data skip 1 using (column(1) == 5 ? column(3) / 1e6 : NaN):(1 * column(4)) with lines linewidth 2 linecolor rgb '#d98b0a' notitle
set terminal pngcairo size 1500,1075 font 'sans-serif,14' fontscale 1.875 linewidth 2.5 pointscale 2.5 background '#ffffff'
set output 'learning-3.png'
replot
