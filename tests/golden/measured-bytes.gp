set terminal svg size 900,1125 font 'DejaVu Sans,13' background '#ffffff' noenhanced
$series0 << END_OF_DATA
161.811 60.6839
335.851 22.3293
62.406 24.6845
150 28.6438
END_OF_DATA
$series1 << END_OF_DATA
161.811 69.1277
335.851 26.0295
62.406 28.2749
150 32.7257
END_OF_DATA
$series2 << END_OF_DATA
161.811 102.875
335.851 38.1284
62.406 41.5165
150 48.2196
END_OF_DATA
$series3 << END_OF_DATA
161.811 6.05143
335.851 2.25488
62.406 2.43681
150 2.84503
END_OF_DATA
$series4 << END_OF_DATA
161.811 931.835
335.851 352.797
62.406 382.657
END_OF_DATA
$series5 << END_OF_DATA
161.811 992.158
335.851 366.104
62.406 399.447
150 474.621
END_OF_DATA
$series6 << END_OF_DATA
161.811 37.762
335.851 14.2038
62.406 15.5342
150 17.8765
END_OF_DATA
$series7 << END_OF_DATA
161.811 43.3289
335.851 16.0074
62.406 17.533
150 20.2593
END_OF_DATA
$series8 << END_OF_DATA
161.811 64.2342
335.851 23.7294
62.406 26.0404
150 30.2227
END_OF_DATA
$series9 << END_OF_DATA
161.811 590.251
335.851 218.187
62.406 238.2
END_OF_DATA
$series10 << END_OF_DATA
161.811 624.748
335.851 231.822
62.406 252.737
150 295.432
END_OF_DATA
$series11 << END_OF_DATA
161.811 151.644
335.851 56.7658
62.406 62.1571
150 70.6174
END_OF_DATA
$series12 << END_OF_DATA
161.811 173.831
335.851 63.4512
62.406 70.4842
150 82.1739
END_OF_DATA
$series13 << END_OF_DATA
161.811 257.826
335.851 94.9868
62.406 103.074
150 121.944
END_OF_DATA
$series14 << END_OF_DATA
161.811 2355.26
335.851 884.872
62.406 950.089
END_OF_DATA
$series15 << END_OF_DATA
161.811 37.9033
335.851 13.9696
62.406 15.4532
150 17.8013
END_OF_DATA
$series16 << END_OF_DATA
161.811 43.276
335.851 15.9578
62.406 17.5353
150 20.5247
END_OF_DATA
$series17 << END_OF_DATA
161.811 64.6382
335.851 23.936
62.406 25.8091
150 29.8123
END_OF_DATA
$series18 << END_OF_DATA
161.811 586.747
335.851 216.262
62.406 238.912
END_OF_DATA
$series19 << END_OF_DATA
161.811 626.984
335.851 235.591
62.406 254.805
150 297.743
END_OF_DATA
$series20 << END_OF_DATA
161.811 150.438
335.851 56.4726
62.406 60.3862
150 71.8778
END_OF_DATA
$series21 << END_OF_DATA
161.811 173.851
335.851 65.3192
62.406 71.7046
150 81.8454
END_OF_DATA
$series22 << END_OF_DATA
161.811 258.366
335.851 96.0396
62.406 103.066
150 122.682
END_OF_DATA
$series23 << END_OF_DATA
161.811 2332.76
335.851 880.072
62.406 951.111
END_OF_DATA
set tmargin at screen 0.4933
set bmargin at screen 0.1200
set rmargin 3
set border 3 linecolor '#444444'
set tics nomirror out
set grid ytics linetype 1 linecolor '#dddddd'
set key at screen 0.5,0.9627 center top vertical Left reverse width -4 maxrows 24
set label 1 'Latency against the size of the image file' at screen 0.5,0.9804 center font ',15'
set label 2 'n = 351, failed and left out: 36; runs: run-client, run-cloud, run-edge, 2|b' at screen 0.012,0.0409 left font ',10'
set label 3 'raw_100%&#{x}: random weights: the times are real, the detections mean nothing' at screen 0.012,0.0258 left font ',10'
set label 4 'fixed:2ms: fixed calibration engine: it waits a set time and detects nothing' at screen 0.012,0.0107 left font ',10'
set xlabel 'file size (kB)'
set ylabel 'median service time of an image (ms)'
set yrange [0:*]
plot $series0 using 1:2 with points pointtype 7 pointsize 0.5 linecolor '#0072B2' title 'client ssd-mobilenet tfs-grpc tensor', 38.8129285 + -0.026631569 * x with lines linewidth 1.5 dashtype 1 linecolor '#0072B2' notitle, $series1 using 1:2 with points pointtype 7 pointsize 0.5 linecolor '#56B4E9' title 'client ssd-mobilenet tfs-rest b64', 44.0936827 + -0.0284718293 * x with lines linewidth 1.5 dashtype 2 linecolor '#56B4E9' notitle, $series2 using 1:2 with points pointtype 5 pointsize 0.5 linecolor '#D55E00' title 'client ssd-mobilenet tfs-rest json', 65.2895345 + -0.0428387959 * x with lines linewidth 1.5 dashtype 3 linecolor '#D55E00' notitle, $series3 using 1:2 with points pointtype 5 pointsize 0.5 linecolor '#E69F00' title 'client fixed:2ms tfs-grpc tensor', 3.83405441 + -0.00246183133 * x with lines linewidth 1.5 dashtype 4 linecolor '#E69F00' notitle, $series4 using 1:2 with points pointtype 9 pointsize 0.5 linecolor '#009E73' title 'client raw_100%&#{x} tfs-grpc tensor', 644.036467 + -0.472836336 * x with lines linewidth 1.5 dashtype 5 linecolor '#009E73' notitle, $series5 using 1:2 with points pointtype 9 pointsize 0.5 linecolor '#F0E442' title 'client raw_100%&#{x} tfs-rest json', 633.275651 + -0.423583136 * x with lines linewidth 1.5 dashtype 1 linecolor '#F0E442' notitle, $series6 using 1:2 with points pointtype 13 pointsize 0.5 linecolor '#CC79A7' title 'client>cloud ssd-mobilenet tfs-grpc tensor', 24.1619133 + -0.0158735348 * x with lines linewidth 1.5 dashtype 2 linecolor '#CC79A7' notitle, $series7 using 1:2 with points pointtype 13 pointsize 0.5 linecolor '#999999' title 'client>cloud ssd-mobilenet tfs-rest b64', 27.5401913 + -0.0183534184 * x with lines linewidth 1.5 dashtype 3 linecolor '#999999' notitle, $series8 using 1:2 with points pointtype 11 pointsize 0.5 linecolor '#0072B2' title 'client>cloud ssd-mobilenet tfs-rest json', 40.9359553 + -0.0274861425 * x with lines linewidth 1.5 dashtype 4 linecolor '#0072B2' notitle, $series9 using 1:2 with points pointtype 11 pointsize 0.5 linecolor '#56B4E9' title 'client>cloud raw_100%&#{x} tfs-grpc tensor', 406.100476 + -0.30650547 * x with lines linewidth 1.5 dashtype 5 linecolor '#56B4E9' notitle, $series10 using 1:2 with points pointtype 6 pointsize 0.5 linecolor '#D55E00' title 'client>cloud raw_100%&#{x} tfs-rest json', 397.813227 + -0.262670723 * x with lines linewidth 1.5 dashtype 1 linecolor '#D55E00' notitle, $series11 using 1:2 with points pointtype 6 pointsize 0.5 linecolor '#E69F00' title 'client>edge, 2|b ssd-mobilenet tfs-grpc tensor', 96.5450771 + -0.0633683678 * x with lines linewidth 1.5 dashtype 2 linecolor '#E69F00' notitle, $series12 using 1:2 with points pointtype 4 pointsize 0.5 linecolor '#009E73' title 'client>edge, 2|b ssd-mobilenet tfs-rest b64', 111.291117 + -0.0777738597 * x with lines linewidth 1.5 dashtype 3 linecolor '#009E73' notitle, $series13 using 1:2 with points pointtype 4 pointsize 0.5 linecolor '#F0E442' title 'client>edge, 2|b ssd-mobilenet tfs-rest json', 163.553815 + -0.10757366 * x with lines linewidth 1.5 dashtype 4 linecolor '#F0E442' notitle, $series14 using 1:2 with points pointtype 7 pointsize 0.5 linecolor '#CC79A7' title 'client>edge, 2|b raw_100%&#{x} tfs-grpc tensor', 1614.47619 + -1.16630035 * x with lines linewidth 1.5 dashtype 5 linecolor '#CC79A7' notitle, $series15 using 1:2 with points pointtype 7 pointsize 0.5 linecolor '#999999' title 'cloud ssd-mobilenet tfs-grpc tensor', 24.225648 + -0.0165831171 * x with lines linewidth 1.5 dashtype 1 linecolor '#999999' notitle, $series16 using 1:2 with points pointtype 5 pointsize 0.5 linecolor '#0072B2' title 'cloud ssd-mobilenet tfs-rest b64', 27.6472849 + -0.0187239921 * x with lines linewidth 1.5 dashtype 2 linecolor '#0072B2' notitle, $series17 using 1:2 with points pointtype 5 pointsize 0.5 linecolor '#56B4E9' title 'cloud ssd-mobilenet tfs-rest json', 40.6379722 + -0.0258514025 * x with lines linewidth 1.5 dashtype 3 linecolor '#56B4E9' notitle, $series18 using 1:2 with points pointtype 9 pointsize 0.5 linecolor '#D55E00' title 'cloud raw_100%&#{x} tfs-grpc tensor', 405.933336 + -0.31403178 * x with lines linewidth 1.5 dashtype 4 linecolor '#D55E00' notitle, $series19 using 1:2 with points pointtype 9 pointsize 0.5 linecolor '#E69F00' title 'cloud raw_100%&#{x} tfs-rest json', 399.23548 + -0.256057766 * x with lines linewidth 1.5 dashtype 5 linecolor '#E69F00' notitle, $series20 using 1:2 with points pointtype 13 pointsize 0.5 linecolor '#009E73' title 'edge, 2|b ssd-mobilenet tfs-grpc tensor', 95.4030348 + -0.0597654581 * x with lines linewidth 1.5 dashtype 1 linecolor '#009E73' notitle, $series21 using 1:2 with points pointtype 13 pointsize 0.5 linecolor '#F0E442' title 'edge, 2|b ssd-mobilenet tfs-rest b64', 111.245821 + -0.0736033542 * x with lines linewidth 1.5 dashtype 2 linecolor '#F0E442' notitle, $series22 using 1:2 with points pointtype 11 pointsize 0.5 linecolor '#CC79A7' title 'edge, 2|b ssd-mobilenet tfs-rest json', 163.508161 + -0.104044967 * x with lines linewidth 1.5 dashtype 3 linecolor '#CC79A7' notitle, $series23 using 1:2 with points pointtype 11 pointsize 0.5 linecolor '#999999' title 'edge, 2|b raw_100%&#{x} tfs-grpc tensor', 1607.09469 + -1.17369044 * x with lines linewidth 1.5 dashtype 4 linecolor '#999999' notitle
