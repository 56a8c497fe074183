set terminal svg size 900,549 font 'DejaVu Sans,13' background '#ffffff' noenhanced
set tmargin at screen 0.7650
set key at screen 0.5000,0.9235 center top vertical Left reverse width -4 maxrows 3
$latency << END_OF_DATA
"000000000139.jpg" 37.929 43.334 64.638 586.835 626.826
"000000000285.jpg" 14.057 15.965 23.936 216.262 234.577
"000000000802.jpg" 15.398 17.521 25.863 239.156 254.397
"odd~name^3.jpg" 17.832 20.562 29.812 NaN 297.111
END_OF_DATA
set label 1 'Mean latency of each image, cloud serving itself' at screen 0.5000,0.9599 center font ',15'
set rmargin 3
set ylabel 'latency (ms)'
set yrange [0:*]
set xrange [-0.6:4 - 0.4]
set offsets 0, 0, graph 0.14, 0
set border 3 linecolor '#444444'
set tics nomirror out
set grid ytics linetype 1 linecolor '#dddddd'
set style data histograms
set style histogram clustered gap 1
set style fill solid 1.0 border linecolor '#444444'
set xtics font ',10'
set xlabel 'n = 53, failed and left out: 4; run: run-cloud'."\n".'raw_100%&#{x}: random weights: the times are real, the detections mean nothing' font ',10' offset 0,0
plot $latency using 2:xtic(1) linecolor '#0072B2' fillstyle solid 1.0 title 'ssd-mobilenet tfs-grpc', $latency using 3:xtic(1) linecolor '#56B4E9' fillstyle solid 1.0 title 'ssd-mobilenet tfs-rest b64', $latency using 4:xtic(1) linecolor '#D55E00' fillstyle solid 1.0 title 'ssd-mobilenet tfs-rest json', $latency using 5:xtic(1) linecolor '#E69F00' fillstyle solid 1.0 title 'raw_100%&#{x} tfs-grpc', $latency using 6:xtic(1) linecolor '#009E73' fillstyle solid 1.0 title 'raw_100%&#{x} tfs-rest json', $latency using ($0 + (0 - 4 / 2.0) / 6.0):2:(sprintf($2 < 100 ? '%.1f' : '%.0f', $2)) with labels left rotate by 90 offset 0,0.4 font ',10' notitle, $latency using ($0 + (1 - 4 / 2.0) / 6.0):3:(sprintf($3 < 100 ? '%.1f' : '%.0f', $3)) with labels left rotate by 90 offset 0,0.4 font ',10' notitle, $latency using ($0 + (2 - 4 / 2.0) / 6.0):4:(sprintf($4 < 100 ? '%.1f' : '%.0f', $4)) with labels left rotate by 90 offset 0,0.4 font ',10' notitle, $latency using ($0 + (3 - 4 / 2.0) / 6.0):5:(sprintf($5 < 100 ? '%.1f' : '%.0f', $5)) with labels left rotate by 90 offset 0,0.4 font ',10' notitle, $latency using ($0 + (4 - 4 / 2.0) / 6.0):6:(sprintf($6 < 100 ? '%.1f' : '%.0f', $6)) with labels left rotate by 90 offset 0,0.4 font ',10' notitle
