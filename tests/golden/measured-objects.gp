set terminal svg size 900,1125 font 'DejaVu Sans,13' background '#ffffff' noenhanced
$series0 << END_OF_DATA
20 60.6839
1 22.3293
2 24.6845
4 28.6438
END_OF_DATA
$series1 << END_OF_DATA
20 69.1277
1 26.0295
2 28.2749
4 32.7257
END_OF_DATA
$series2 << END_OF_DATA
20 102.875
1 38.1284
2 41.5165
4 48.2196
END_OF_DATA
$series3 << END_OF_DATA
20 6.05143
1 2.25488
2 2.43681
4 2.84503
END_OF_DATA
$series4 << END_OF_DATA
20 931.835
1 352.797
2 382.657
END_OF_DATA
$series5 << END_OF_DATA
20 992.158
1 366.104
2 399.447
4 474.621
END_OF_DATA
$series6 << END_OF_DATA
20 37.762
1 14.2038
2 15.5342
4 17.8765
END_OF_DATA
$series7 << END_OF_DATA
20 43.3289
1 16.0074
2 17.533
4 20.2593
END_OF_DATA
$series8 << END_OF_DATA
20 64.2342
1 23.7294
2 26.0404
4 30.2227
END_OF_DATA
$series9 << END_OF_DATA
20 590.251
1 218.187
2 238.2
END_OF_DATA
$series10 << END_OF_DATA
20 624.748
1 231.822
2 252.737
4 295.432
END_OF_DATA
$series11 << END_OF_DATA
20 151.644
1 56.7658
2 62.1571
4 70.6174
END_OF_DATA
$series12 << END_OF_DATA
20 173.831
1 63.4512
2 70.4842
4 82.1739
END_OF_DATA
$series13 << END_OF_DATA
20 257.826
1 94.9868
2 103.074
4 121.944
END_OF_DATA
$series14 << END_OF_DATA
20 2355.26
1 884.872
2 950.089
END_OF_DATA
$series15 << END_OF_DATA
20 37.9033
1 13.9696
2 15.4532
4 17.8013
END_OF_DATA
$series16 << END_OF_DATA
20 43.276
1 15.9578
2 17.5353
4 20.5247
END_OF_DATA
$series17 << END_OF_DATA
20 64.6382
1 23.936
2 25.8091
4 29.8123
END_OF_DATA
$series18 << END_OF_DATA
20 586.747
1 216.262
2 238.912
END_OF_DATA
$series19 << END_OF_DATA
20 626.984
1 235.591
2 254.805
4 297.743
END_OF_DATA
$series20 << END_OF_DATA
20 150.438
1 56.4726
2 60.3862
4 71.8778
END_OF_DATA
$series21 << END_OF_DATA
20 173.851
1 65.3192
2 71.7046
4 81.8454
END_OF_DATA
$series22 << END_OF_DATA
20 258.366
1 96.0396
2 103.066
4 122.682
END_OF_DATA
$series23 << END_OF_DATA
20 2332.76
1 880.072
2 951.111
END_OF_DATA
set tmargin at screen 0.4933
set bmargin at screen 0.1200
set rmargin 3
set border 3 linecolor '#444444'
set tics nomirror out
set grid ytics linetype 1 linecolor '#dddddd'
set key at screen 0.5,0.9627 center top vertical Left reverse width -4 maxrows 24
set label 1 'Latency against the objects in the image' at screen 0.5,0.9804 center font ',15'
set label 2 'n = 351, failed and left out: 36; runs: run-client, run-cloud, run-edge, 2|b' at screen 0.012,0.0409 left font ',10'
set label 3 'raw_100%&#{x}: random weights: the times are real, the detections mean nothing' at screen 0.012,0.0258 left font ',10'
set label 4 'fixed:2ms: fixed calibration engine: it waits a set time and detects nothing' at screen 0.012,0.0107 left font ',10'
set xlabel 'annotated objects'
set ylabel 'median service time of an image (ms)'
set yrange [0:*]
plot $series0 using 1:2 with points pointtype 7 pointsize 0.5 linecolor '#0072B2' title 'client ssd-mobilenet tfs-grpc tensor', 20.5246863 + 2.00899051 * x with lines linewidth 1.5 dashtype 1 linecolor '#0072B2' notitle, $series1 using 1:2 with points pointtype 7 pointsize 0.5 linecolor '#56B4E9' title 'client ssd-mobilenet tfs-rest b64', 23.7166939 + 2.27003779 * x with lines linewidth 1.5 dashtype 2 linecolor '#56B4E9' notitle, $series2 using 1:2 with points pointtype 5 pointsize 0.5 linecolor '#D55E00' title 'client ssd-mobilenet tfs-rest json', 34.6698421 + 3.40964116 * x with lines linewidth 1.5 dashtype 3 linecolor '#D55E00' notitle, $series3 using 1:2 with points pointtype 5 pointsize 0.5 linecolor '#E69F00' title 'client fixed:2ms tfs-grpc tensor', 2.04513844 + 0.200281342 * x with lines linewidth 1.5 dashtype 4 linecolor '#E69F00' notitle, $series4 using 1:2 with points pointtype 9 pointsize 0.5 linecolor '#009E73' title 'client raw_100%&#{x} tfs-grpc tensor', 321.999212 + 30.4909245 * x with lines linewidth 1.5 dashtype 5 linecolor '#009E73' notitle, $series5 using 1:2 with points pointtype 9 pointsize 0.5 linecolor '#F0E442' title 'client raw_100%&#{x} tfs-rest json', 336.47305 + 32.8310214 * x with lines linewidth 1.5 dashtype 1 linecolor '#F0E442' notitle, $series6 using 1:2 with points pointtype 13 pointsize 0.5 linecolor '#CC79A7' title 'client>cloud ssd-mobilenet tfs-grpc tensor', 12.9832283 + 1.23864633 * x with lines linewidth 1.5 dashtype 2 linecolor '#CC79A7' notitle, $series7 using 1:2 with points pointtype 13 pointsize 0.5 linecolor '#999999' title 'client>cloud ssd-mobilenet tfs-rest b64', 14.5827443 + 1.43694863 * x with lines linewidth 1.5 dashtype 3 linecolor '#999999' notitle, $series8 using 1:2 with points pointtype 11 pointsize 0.5 linecolor '#0072B2' title 'client>cloud ssd-mobilenet tfs-rest json', 21.6985214 + 2.12713724 * x with lines linewidth 1.5 dashtype 4 linecolor '#0072B2' notitle, $series9 using 1:2 with points pointtype 11 pointsize 0.5 linecolor '#56B4E9' title 'client>cloud raw_100%&#{x} tfs-grpc tensor', 198.829831 + 19.5716533 * x with lines linewidth 1.5 dashtype 5 linecolor '#56B4E9' notitle, $series10 using 1:2 with points pointtype 6 pointsize 0.5 linecolor '#D55E00' title 'client>cloud raw_100%&#{x} tfs-rest json', 211.746192 + 20.6575579 * x with lines linewidth 1.5 dashtype 1 linecolor '#D55E00' notitle, $series11 using 1:2 with points pointtype 6 pointsize 0.5 linecolor '#E69F00' title 'client>edge, 2|b ssd-mobilenet tfs-grpc tensor', 51.5549526 + 4.99869065 * x with lines linewidth 1.5 dashtype 2 linecolor '#E69F00' notitle, $series12 using 1:2 with points pointtype 4 pointsize 0.5 linecolor '#009E73' title 'client>edge, 2|b ssd-mobilenet tfs-rest b64', 58.5361563 + 5.77018948 * x with lines linewidth 1.5 dashtype 3 linecolor '#009E73' notitle, $series13 using 1:2 with points pointtype 4 pointsize 0.5 linecolor '#F0E442' title 'client>edge, 2|b ssd-mobilenet tfs-rest json', 86.63893 + 8.56573807 * x with lines linewidth 1.5 dashtype 4 linecolor '#F0E442' notitle, $series14 using 1:2 with points pointtype 7 pointsize 0.5 linecolor '#CC79A7' title 'client>edge, 2|b raw_100%&#{x} tfs-grpc tensor', 801.113474 + 77.6904631 * x with lines linewidth 1.5 dashtype 5 linecolor '#CC79A7' notitle, $series15 using 1:2 with points pointtype 7 pointsize 0.5 linecolor '#999999' title 'cloud ssd-mobilenet tfs-grpc tensor', 12.8132997 + 1.25460193 * x with lines linewidth 1.5 dashtype 1 linecolor '#999999' notitle, $series16 using 1:2 with points pointtype 5 pointsize 0.5 linecolor '#0072B2' title 'cloud ssd-mobilenet tfs-rest b64', 14.6567693 + 1.43210203 * x with lines linewidth 1.5 dashtype 2 linecolor '#0072B2' notitle, $series17 using 1:2 with points pointtype 5 pointsize 0.5 linecolor '#56B4E9' title 'cloud ssd-mobilenet tfs-rest json', 21.5099645 + 2.15391767 * x with lines linewidth 1.5 dashtype 3 linecolor '#56B4E9' notitle, $series18 using 1:2 with points pointtype 9 pointsize 0.5 linecolor '#D55E00' title 'cloud raw_100%&#{x} tfs-grpc tensor', 198.411648 + 19.4211267 * x with lines linewidth 1.5 dashtype 4 linecolor '#D55E00' notitle, $series19 using 1:2 with points pointtype 9 pointsize 0.5 linecolor '#E69F00' title 'cloud raw_100%&#{x} tfs-rest json', 214.574616 + 20.6231494 * x with lines linewidth 1.5 dashtype 5 linecolor '#E69F00' notitle, $series20 using 1:2 with points pointtype 13 pointsize 0.5 linecolor '#009E73' title 'edge, 2|b ssd-mobilenet tfs-grpc tensor', 51.3168625 + 4.95952407 * x with lines linewidth 1.5 dashtype 1 linecolor '#009E73' notitle, $series21 using 1:2 with points pointtype 13 pointsize 0.5 linecolor '#F0E442' title 'edge, 2|b ssd-mobilenet tfs-rest b64', 59.6656454 + 5.70582657 * x with lines linewidth 1.5 dashtype 2 linecolor '#F0E442' notitle, $series22 using 1:2 with points pointtype 11 pointsize 0.5 linecolor '#CC79A7' title 'edge, 2|b ssd-mobilenet tfs-rest json', 87.2448435 + 8.56200993 * x with lines linewidth 1.5 dashtype 3 linecolor '#CC79A7' notitle, $series23 using 1:2 with points pointtype 11 pointsize 0.5 linecolor '#999999' title 'edge, 2|b raw_100%&#{x} tfs-grpc tensor', 800.779316 + 76.5912897 * x with lines linewidth 1.5 dashtype 4 linecolor '#999999' notitle
