set terminal svg size 900,926 font 'DejaVu Sans,13' background '#ffffff' noenhanced
$series0 << END_OF_DATA
22.3113 23.963 26.5945 36.7147 60.7912
END_OF_DATA
$series1 << END_OF_DATA
25.9625 27.5583 30.3865 41.9678 69.1497
END_OF_DATA
$series2 << END_OF_DATA
37.9173 40.4231 44.9592 62.1382 102.99
END_OF_DATA
$series3 << END_OF_DATA
2.22124 2.40253 2.64899 3.67359 6.07986
END_OF_DATA
$series4 << END_OF_DATA
345.817 354.721 382.657 930.046 934.212
END_OF_DATA
$series5 << END_OF_DATA
364.863 390.73 436.829 606.74 997.817
END_OF_DATA
$series6 << END_OF_DATA
14.1973 15.2026 16.7005 22.8006 37.8326
END_OF_DATA
$series7 << END_OF_DATA
15.9939 17.1604 18.8664 26.0392 43.3704
END_OF_DATA
$series8 << END_OF_DATA
23.6892 25.489 28.068 38.7861 64.2846
END_OF_DATA
$series9 << END_OF_DATA
217.775 223.576 238.2 502.194 590.436
END_OF_DATA
$series10 << END_OF_DATA
230.269 242.836 255.508 295.432 526.058
END_OF_DATA
$series11 << END_OF_DATA
56.6265 59.6356 70.1182 111.272 151.731
END_OF_DATA
$series12 << END_OF_DATA
63.4152 68.2297 76.1034 105.63 174.217
END_OF_DATA
$series13 << END_OF_DATA
94.6493 100.761 112.278 156.586 258.123
END_OF_DATA
$series14 << END_OF_DATA
896.126 941.142 959.037 2349.47 2358.74
END_OF_DATA
$series15 << END_OF_DATA
13.9368 14.9192 16.6975 22.8883 37.9801
END_OF_DATA
$series16 << END_OF_DATA
15.9545 16.9673 19.0276 26.4381 43.3726
END_OF_DATA
$series17 << END_OF_DATA
23.8873 25.58 26.2008 29.8353 64.654
END_OF_DATA
$series18 << END_OF_DATA
216.002 231.831 240.368 586.235 587.362
END_OF_DATA
$series19 << END_OF_DATA
233.702 247.463 276.591 379.645 627.528
END_OF_DATA
$series20 << END_OF_DATA
56.1588 58.6252 70.8282 111.231 151.403
END_OF_DATA
$series21 << END_OF_DATA
64.5501 68.3452 76.2595 105.172 173.865
END_OF_DATA
$series22 << END_OF_DATA
96.0217 101.338 113.566 156.665 258.583
END_OF_DATA
$series23 << END_OF_DATA
877.79 882.362 951.111 2327.57 2336.34
END_OF_DATA
set tmargin at screen 0.9287
set bmargin at screen 0.4752
set rmargin 3
set border 3 linecolor '#444444'
set tics nomirror out
set grid ytics linetype 1 linecolor '#dddddd'
unset key
set label 1 'Latency: half of the requests in the box, nine tenths within the whiskers' at screen 0.5,0.9762 center font ',15'
set label 2 '23 of 24 cells have fewer than 130 requests: too few for the ends of their whiskers' at screen 0.012,0.0680 left font ',10'
set label 3 'n = 351, failed and left out: 36; runs: run-client, run-cloud, run-edge, 2|b' at screen 0.012,0.0497 left font ',10'
set label 4 'raw_100%&#{x}: random weights: the times are real, the detections mean nothing' at screen 0.012,0.0313 left font ',10'
set label 5 'fixed:2ms: fixed calibration engine: it waits a set time and detects nothing' at screen 0.012,0.0130 left font ',10'
set xlabel ''
set ylabel 'service time (ms)'
set logscale y
set yrange [1.5678:3341.82]
set ytics (2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
set xtics ('' 0, '' 1, '' 2, '' 3, '' 4, '' 5, '' 6, '' 7, '' 8, '' 9, '' 10, '' 11, '' 12, '' 13, '' 14, '' 15, '' 16, '' 17, '' 18, '' 19, '' 20, '' 21, '' 22, '' 23) font ',10'
set xrange [-0.6:24 - 0.4]
set lmargin at screen 0.1537
set label 'client ssd-mobilenet tfs-grpc tensor (n = 12)' at 0,graph -0.03 right rotate by 60 font ',10'
set label 'client ssd-mobilenet tfs-rest b64 (n = 12)' at 1,graph -0.03 right rotate by 60 font ',10'
set label 'client ssd-mobilenet tfs-rest json (n = 12)' at 2,graph -0.03 right rotate by 60 font ',10'
set label 'client fixed:2ms tfs-grpc tensor (n = 132)' at 3,graph -0.03 right rotate by 60 font ',10'
set label 'client raw_100%&#{x} tfs-grpc tensor (n = 9)' at 4,graph -0.03 right rotate by 60 font ',10'
set label 'client raw_100%&#{x} tfs-rest json (n = 12)' at 5,graph -0.03 right rotate by 60 font ',10'
set label 'client>cloud ssd-mobilenet tfs-grpc tensor (n = 8)' at 6,graph -0.03 right rotate by 60 font ',10'
set label 'client>cloud ssd-mobilenet tfs-rest b64 (n = 8)' at 7,graph -0.03 right rotate by 60 font ',10'
set label 'client>cloud ssd-mobilenet tfs-rest json (n = 8)' at 8,graph -0.03 right rotate by 60 font ',10'
set label 'client>cloud raw_100%&#{x} tfs-grpc tensor (n = 6)' at 9,graph -0.03 right rotate by 60 font ',10'
set label 'client>cloud raw_100%&#{x} tfs-rest json (n = 7)' at 10,graph -0.03 right rotate by 60 font ',10'
set label 'client>edge, 2|b ssd-mobilenet tfs-grpc tensor (n = 7)' at 11,graph -0.03 right rotate by 60 font ',10'
set label 'client>edge, 2|b ssd-mobilenet tfs-rest b64 (n = 8)' at 12,graph -0.03 right rotate by 60 font ',10'
set label 'client>edge, 2|b ssd-mobilenet tfs-rest json (n = 8)' at 13,graph -0.03 right rotate by 60 font ',10'
set label 'client>edge, 2|b raw_100%&#{x} tfs-grpc tensor (n = 5)' at 14,graph -0.03 right rotate by 60 font ',10'
set label 'cloud ssd-mobilenet tfs-grpc tensor (n = 12)' at 15,graph -0.03 right rotate by 60 font ',10'
set label 'cloud ssd-mobilenet tfs-rest b64 (n = 12)' at 16,graph -0.03 right rotate by 60 font ',10'
set label 'cloud ssd-mobilenet tfs-rest json (n = 9)' at 17,graph -0.03 right rotate by 60 font ',10'
set label 'cloud raw_100%&#{x} tfs-grpc tensor (n = 8)' at 18,graph -0.03 right rotate by 60 font ',10'
set label 'cloud raw_100%&#{x} tfs-rest json (n = 12)' at 19,graph -0.03 right rotate by 60 font ',10'
set label 'edge, 2|b ssd-mobilenet tfs-grpc tensor (n = 11)' at 20,graph -0.03 right rotate by 60 font ',10'
set label 'edge, 2|b ssd-mobilenet tfs-rest b64 (n = 12)' at 21,graph -0.03 right rotate by 60 font ',10'
set label 'edge, 2|b ssd-mobilenet tfs-rest json (n = 12)' at 22,graph -0.03 right rotate by 60 font ',10'
set label 'edge, 2|b raw_100%&#{x} tfs-grpc tensor (n = 9)' at 23,graph -0.03 right rotate by 60 font ',10'
set boxwidth 0.5
plot $series0 using (0):2:1:5:4 with candlesticks linecolor '#0072B2' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series0 using (0):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'client ssd-mobilenet tfs-grpc tensor (n = 12)', $series1 using (1):2:1:5:4 with candlesticks linecolor '#56B4E9' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series1 using (1):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'client ssd-mobilenet tfs-rest b64 (n = 12)', $series2 using (2):2:1:5:4 with candlesticks linecolor '#D55E00' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series2 using (2):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'client ssd-mobilenet tfs-rest json (n = 12)', $series3 using (3):2:1:5:4 with candlesticks linecolor '#E69F00' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series3 using (3):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'client fixed:2ms tfs-grpc tensor (n = 132)', $series4 using (4):2:1:5:4 with candlesticks linecolor '#009E73' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series4 using (4):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'client raw_100%&#{x} tfs-grpc tensor (n = 9)', $series5 using (5):2:1:5:4 with candlesticks linecolor '#F0E442' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series5 using (5):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'client raw_100%&#{x} tfs-rest json (n = 12)', $series6 using (6):2:1:5:4 with candlesticks linecolor '#CC79A7' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series6 using (6):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'client>cloud ssd-mobilenet tfs-grpc tensor (n = 8)', $series7 using (7):2:1:5:4 with candlesticks linecolor '#999999' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series7 using (7):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'client>cloud ssd-mobilenet tfs-rest b64 (n = 8)', $series8 using (8):2:1:5:4 with candlesticks linecolor '#0072B2' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series8 using (8):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'client>cloud ssd-mobilenet tfs-rest json (n = 8)', $series9 using (9):2:1:5:4 with candlesticks linecolor '#56B4E9' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series9 using (9):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'client>cloud raw_100%&#{x} tfs-grpc tensor (n = 6)', $series10 using (10):2:1:5:4 with candlesticks linecolor '#D55E00' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series10 using (10):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'client>cloud raw_100%&#{x} tfs-rest json (n = 7)', $series11 using (11):2:1:5:4 with candlesticks linecolor '#E69F00' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series11 using (11):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'client>edge, 2|b ssd-mobilenet tfs-grpc tensor (n = 7)', $series12 using (12):2:1:5:4 with candlesticks linecolor '#009E73' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series12 using (12):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'client>edge, 2|b ssd-mobilenet tfs-rest b64 (n = 8)', $series13 using (13):2:1:5:4 with candlesticks linecolor '#F0E442' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series13 using (13):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'client>edge, 2|b ssd-mobilenet tfs-rest json (n = 8)', $series14 using (14):2:1:5:4 with candlesticks linecolor '#CC79A7' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series14 using (14):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'client>edge, 2|b raw_100%&#{x} tfs-grpc tensor (n = 5)', $series15 using (15):2:1:5:4 with candlesticks linecolor '#999999' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series15 using (15):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'cloud ssd-mobilenet tfs-grpc tensor (n = 12)', $series16 using (16):2:1:5:4 with candlesticks linecolor '#0072B2' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series16 using (16):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'cloud ssd-mobilenet tfs-rest b64 (n = 12)', $series17 using (17):2:1:5:4 with candlesticks linecolor '#56B4E9' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series17 using (17):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'cloud ssd-mobilenet tfs-rest json (n = 9)', $series18 using (18):2:1:5:4 with candlesticks linecolor '#D55E00' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series18 using (18):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'cloud raw_100%&#{x} tfs-grpc tensor (n = 8)', $series19 using (19):2:1:5:4 with candlesticks linecolor '#E69F00' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series19 using (19):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'cloud raw_100%&#{x} tfs-rest json (n = 12)', $series20 using (20):2:1:5:4 with candlesticks linecolor '#009E73' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series20 using (20):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'edge, 2|b ssd-mobilenet tfs-grpc tensor (n = 11)', $series21 using (21):2:1:5:4 with candlesticks linecolor '#F0E442' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series21 using (21):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'edge, 2|b ssd-mobilenet tfs-rest b64 (n = 12)', $series22 using (22):2:1:5:4 with candlesticks linecolor '#CC79A7' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series22 using (22):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'edge, 2|b ssd-mobilenet tfs-rest json (n = 12)', $series23 using (23):2:1:5:4 with candlesticks linecolor '#999999' linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series23 using (23):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2 title 'edge, 2|b raw_100%&#{x} tfs-grpc tensor (n = 9)'
