set terminal svg size 900,528 font 'DejaVu Sans,13' background '#ffffff' noenhanced
set tmargin at screen 0.7955
set key at screen 0.5000,0.9205 center top vertical Left reverse width -4 maxrows 2
$latency << END_OF_DATA
"000000000285.jpg" 473.786 616.090 24.838 62.193
"000000000802.jpg" 740.549 832.748 21.616 50.470
END_OF_DATA
set label 1 'Mean latency of each image, client serving itself' at screen 0.5000,0.9583 center font ',15'
set rmargin 3
set ylabel 'latency (ms)'
set yrange [0:*]
set xrange [-0.6:2 - 0.4]
set offsets 0, 0, graph 0.14, 0
set border 3 linecolor '#444444'
set tics nomirror out
set grid ytics linetype 1 linecolor '#dddddd'
set style data histograms
set style histogram clustered gap 1
set style fill solid 1.0 border linecolor '#444444'
set xtics font ',10'
set xlabel 'n = 8, failed and left out: 0; runs: published-table-2, published-table-3' font ',10' offset 0,0
plot $latency using 2:xtic(1) linecolor '#0072B2' fillstyle solid 1.0 title 'rfcn tfs-grpc', $latency using 3:xtic(1) linecolor '#56B4E9' fillstyle solid 1.0 title 'rfcn tfs-rest', $latency using 4:xtic(1) linecolor '#D55E00' fillstyle solid 1.0 title 'ssd-mobilenet tfs-grpc', $latency using 5:xtic(1) linecolor '#E69F00' fillstyle solid 1.0 title 'ssd-mobilenet tfs-rest', $latency using ($0 + (0 - 3 / 2.0) / 5.0):2:(sprintf($2 < 100 ? '%.1f' : '%.0f', $2)) with labels left rotate by 90 offset 0,0.4 font ',10' notitle, $latency using ($0 + (1 - 3 / 2.0) / 5.0):3:(sprintf($3 < 100 ? '%.1f' : '%.0f', $3)) with labels left rotate by 90 offset 0,0.4 font ',10' notitle, $latency using ($0 + (2 - 3 / 2.0) / 5.0):4:(sprintf($4 < 100 ? '%.1f' : '%.0f', $4)) with labels left rotate by 90 offset 0,0.4 font ',10' notitle, $latency using ($0 + (3 - 3 / 2.0) / 5.0):5:(sprintf($5 < 100 ? '%.1f' : '%.0f', $5)) with labels left rotate by 90 offset 0,0.4 font ',10' notitle
