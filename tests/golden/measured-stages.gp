set terminal svg size 900,1014 font 'DejaVu Sans,13' background '#ffffff' noenhanced
$series0 << END_OF_DATA
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
END_OF_DATA
$series1 << END_OF_DATA
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
END_OF_DATA
$series2 << END_OF_DATA
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
END_OF_DATA
$series3 << END_OF_DATA
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
END_OF_DATA
$series4 << END_OF_DATA
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
END_OF_DATA
$series5 << END_OF_DATA
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
END_OF_DATA
$series6 << END_OF_DATA
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
END_OF_DATA
$series7 << END_OF_DATA
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
0
END_OF_DATA
$series8 << END_OF_DATA
34.0734
39.0231
57.7171
3.39844
554.896
559.455
21.3441
24.2821
36.0567
348.879
312.104
88.6017
97.4849
144.458
1499.11
21.3039
24.3455
34.9292
363.812
353.228
87.1192
97.7642
145.202
1386.27
END_OF_DATA
set tmargin at screen 0.8314
set bmargin at screen 0.4172
set rmargin 3
set border 3 linecolor '#444444'
set tics nomirror out
set grid ytics linetype 1 linecolor '#dddddd'
set key at screen 0.5,0.9586 center top vertical Left reverse width -4 maxrows 5
set label 1 'Where the mean service time goes' at screen 0.5,0.9783 center font ',15'
set label 2 'n = 351, failed and left out: 36; runs: run-client, run-cloud, run-edge, 2|b' at screen 0.012,0.0454 left font ',10'
set label 3 'raw_100%&#{x}: random weights: the times are real, the detections mean nothing' at screen 0.012,0.0286 left font ',10'
set label 4 'fixed:2ms: fixed calibration engine: it waits a set time and detects nothing' at screen 0.012,0.0118 left font ',10'
set xlabel ''
set ylabel 'mean service time (ms)'
set yrange [0:*]
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
set style data histograms
set style histogram rowstacked
set boxwidth 0.6
set style fill solid 1.0 border linecolor '#444444'
plot $series0 using 1 linecolor '#0072B2' fillstyle solid 1.0 title 'connect', $series1 using 1 linecolor '#56B4E9' fillstyle solid 1.0 title 'upload', $series2 using 1 linecolor '#D55E00' fillstyle solid 1.0 title 'server: queue', $series3 using 1 linecolor '#E69F00' fillstyle solid 1.0 title 'server: preprocess', $series4 using 1 linecolor '#009E73' fillstyle solid 1.0 title 'server: inference', $series5 using 1 linecolor '#F0E442' fillstyle solid 1.0 title 'server: postprocess', $series6 using 1 linecolor '#CC79A7' fillstyle solid 1.0 title 'download', $series7 using 1 linecolor '#CC79A7' fillstyle pattern 4 title 'client: reading', $series8 using 1 linecolor '#999999' fillstyle solid 1.0 title 'rest: waiting, network'
