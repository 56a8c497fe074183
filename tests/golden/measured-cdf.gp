set terminal svg size 900,1142 font 'DejaVu Sans,13' background '#ffffff' noenhanced
$series0 << END_OF_DATA
22.2892 0
22.2892 0.0833333
22.3293 0.166667
22.7294 0.25
24.3742 0.333333
24.6845 0.416667
24.8168 0.5
28.3722 0.583333
28.6438 0.666667
28.912 0.75
60.1228 0.833333
60.6839 0.916667
60.9224 1
END_OF_DATA
$series1 << END_OF_DATA
25.8807 0
25.8807 0.0833333
26.0295 0.166667
26.2925 0.25
27.9802 0.333333
28.2749 0.416667
28.4145 0.5
32.3585 0.583333
32.7257 0.666667
32.9272 0.75
69.0894 0.833333
69.1277 0.916667
69.1766 1
END_OF_DATA
$series2 << END_OF_DATA
37.6594 0
37.6594 0.0833333
38.1284 0.166667
38.9933 0.25
40.8997 0.333333
41.5165 0.416667
41.7531 0.5
48.1654 0.583333
48.2196 0.666667
48.6439 0.75
102.621 0.833333
102.875 0.916667
103.13 1
END_OF_DATA
$series3 << END_OF_DATA
2.20058 0
2.20058 0.00757576
2.20337 0.0151515
2.20585 0.0227273
2.20668 0.030303
2.21195 0.0378788
2.21222 0.0454545
2.21802 0.0530303
2.22388 0.0606061
2.22445 0.0681818
2.22752 0.0757576
2.23585 0.0833333
2.23613 0.0909091
2.24347 0.0984848
2.24357 0.106061
2.2481 0.113636
2.25468 0.121212
2.25509 0.128788
2.25678 0.136364
2.2592 0.143939
2.26808 0.151515
2.2682 0.159091
2.26919 0.166667
2.2716 0.174242
2.27394 0.181818
2.27599 0.189394
2.27704 0.19697
2.28528 0.204545
2.28899 0.212121
2.28945 0.219697
2.29128 0.227273
2.29236 0.234848
2.29525 0.242424
2.40071 0.25
2.40313 0.257576
2.40523 0.265152
2.40554 0.272727
2.40794 0.280303
2.40864 0.287879
2.40889 0.295455
2.41272 0.30303
2.41354 0.310606
2.41541 0.318182
2.41583 0.325758
2.41859 0.333333
2.42019 0.340909
2.4244 0.348485
2.42767 0.356061
2.43632 0.363636
2.43666 0.371212
2.43696 0.378788
2.43903 0.386364
2.4397 0.393939
2.44041 0.401515
2.44364 0.409091
2.45156 0.416667
2.45718 0.424242
2.46229 0.431818
2.4675 0.439394
2.46797 0.44697
2.47009 0.454545
2.47242 0.462121
2.48013 0.469697
2.48857 0.477273
2.49153 0.484848
2.49403 0.492424
2.49708 0.5
2.8009 0.507576
2.8037 0.515152
2.80391 0.522727
2.80407 0.530303
2.8069 0.537879
2.80807 0.545455
2.8114 0.55303
2.82382 0.560606
2.8255 0.568182
2.82684 0.575758
2.8291 0.583333
2.83409 0.590909
2.83503 0.598485
2.83948 0.606061
2.84112 0.613636
2.84171 0.621212
2.84503 0.628788
2.85388 0.636364
2.85833 0.643939
2.86021 0.651515
2.86377 0.659091
2.86571 0.666667
2.86737 0.674242
2.87741 0.681818
2.88207 0.689394
2.88405 0.69697
2.88707 0.704545
2.88742 0.712121
2.88768 0.719697
2.88943 0.727273
2.89089 0.734848
2.89172 0.742424
2.89805 0.75
6.00021 0.757576
6.00031 0.765152
6.00063 0.772727
6.00145 0.780303
6.00301 0.787879
6.00673 0.795455
6.00819 0.80303
6.01473 0.810606
6.01489 0.818182
6.01551 0.825758
6.01853 0.833333
6.03608 0.840909
6.04014 0.848485
6.04464 0.856061
6.04734 0.863636
6.04904 0.871212
6.05143 0.878788
6.05537 0.886364
6.06415 0.893939
6.06689 0.901515
6.06762 0.909091
6.06783 0.916667
6.06914 0.924242
6.07368 0.931818
6.07701 0.939394
6.07915 0.94697
6.08073 0.954545
6.08343 0.962121
6.08522 0.969697
6.08865 0.977273
6.09064 0.984848
6.09449 0.992424
6.09601 1
END_OF_DATA
$series4 << END_OF_DATA
341.163 0
341.163 0.111111
352.797 0.222222
354.721 0.333333
381.561 0.444444
382.657 0.555556
383.488 0.666667
930.046 0.777778
931.835 0.888889
935.796 1
END_OF_DATA
$series5 << END_OF_DATA
363.346 0
363.346 0.0833333
366.104 0.166667
372.327 0.25
396.864 0.333333
399.447 0.416667
407.562 0.5
466.096 0.583333
474.621 0.666667
478.38 0.75
991.82 0.833333
992.158 0.916667
1004.73 1
END_OF_DATA
$series6 << END_OF_DATA
14.1821 0
14.1821 0.125
14.2254 0.25
15.5283 0.375
15.54 0.5
17.861 0.625
17.892 0.75
37.5266 0.875
37.9973 1
END_OF_DATA
$series7 << END_OF_DATA
15.9625 0
15.9625 0.125
16.0522 0.25
17.5298 0.375
17.5362 0.5
20.1965 0.625
20.3221 0.75
43.1907 0.875
43.4672 1
END_OF_DATA
$series8 << END_OF_DATA
23.5954 0
23.5954 0.125
23.8634 0.25
26.0309 0.375
26.05 0.5
30.086 0.625
30.3595 0.75
64.066 0.875
64.4024 1
END_OF_DATA
$series9 << END_OF_DATA
217.362 0
217.362 0.166667
219.011 0.333333
237.27 0.5
239.13 0.666667
589.882 0.833333
590.62 1
END_OF_DATA
$series10 << END_OF_DATA
227.939 0
227.939 0.142857
235.704 0.285714
249.967 0.428571
255.508 0.571429
295.083 0.714286
295.78 0.857143
624.748 1
END_OF_DATA
$series11 << END_OF_DATA
56.4176 0
56.4176 0.142857
57.1141 0.285714
62.1571 0.428571
70.1182 0.571429
71.1166 0.714286
151.427 0.857143
151.861 1
END_OF_DATA
$series12 << END_OF_DATA
63.3314 0
63.3314 0.125
63.5709 0.25
69.7826 0.375
71.1857 0.5
81.0211 0.625
83.3267 0.75
172.541 0.875
175.12 1
END_OF_DATA
$series13 << END_OF_DATA
93.8617 0
93.8617 0.125
96.112 0.25
102.311 0.375
103.837 0.5
120.719 0.625
123.169 0.75
256.836 0.875
258.816 1
END_OF_DATA
$series14 << END_OF_DATA
884.872 0
884.872 0.2
941.142 0.4
959.037 0.6
2349.47 0.8
2361.05 1
END_OF_DATA
$series15 << END_OF_DATA
13.8967 0
13.8967 0.0833333
13.9696 0.166667
14.3044 0.25
15.1241 0.333333
15.4532 0.416667
15.6159 0.5
17.7792 0.583333
17.8013 0.666667
17.9141 0.75
37.8109 0.833333
37.9033 0.916667
38.0739 1
END_OF_DATA
$series16 << END_OF_DATA
15.9505 0
15.9505 0.0833333
15.9578 0.166667
15.9873 0.25
17.294 0.333333
17.5353 0.416667
17.7343 0.5
20.321 0.583333
20.5247 0.666667
20.8393 0.75
43.2346 0.833333
43.276 0.916667
43.4906 1
END_OF_DATA
$series17 << END_OF_DATA
23.6925 0
23.6925 0.111111
24.1795 0.222222
25.58 0.333333
25.8091 0.444444
26.2008 0.555556
29.7893 0.666667
29.8353 0.777778
64.5596 0.888889
64.7169 1
END_OF_DATA
$series18 << END_OF_DATA
215.394 0
215.394 0.125
217.13 0.25
236.732 0.375
238.912 0.5
241.824 0.625
586.064 0.75
586.747 0.875
587.693 1
END_OF_DATA
$series19 << END_OF_DATA
231.393 0
231.393 0.0833333
235.591 0.166667
236.746 0.25
251.035 0.333333
254.805 0.416667
257.35 0.5
295.831 0.583333
297.743 0.666667
297.76 0.75
625.3 0.833333
626.984 0.916667
628.192 1
END_OF_DATA
$series20 << END_OF_DATA
55.845 0
55.845 0.0909091
56.4726 0.181818
57.2471 0.272727
60.0033 0.363636
60.7692 0.454545
70.8282 0.545455
71.8778 0.636364
72.0297 0.727273
150.432 0.818182
150.438 0.909091
152.368 1
END_OF_DATA
$series21 << END_OF_DATA
63.6101 0
63.6101 0.0833333
65.3192 0.166667
65.7172 0.25
69.2212 0.333333
71.7046 0.416667
71.7502 0.5
80.7688 0.583333
81.8454 0.666667
82.5933 0.75
172.907 0.833333
173.851 0.916667
173.883 1
END_OF_DATA
$series22 << END_OF_DATA
95.9998 0
95.9998 0.0833333
96.0396 0.166667
96.4856 0.25
102.956 0.333333
103.066 0.416667
104.635 0.5
122.498 0.583333
122.682 0.666667
122.908 0.75
257.935 0.833333
258.366 0.916667
258.848 1
END_OF_DATA
$series23 << END_OF_DATA
876.268 0
876.268 0.111111
880.072 0.222222
882.362 0.333333
932.536 0.444444
951.111 0.555556
955.06 0.666667
2327.57 0.777778
2332.76 0.888889
2338.73 1
END_OF_DATA
set tmargin at screen 0.5009
set bmargin at screen 0.1331
set rmargin 3
set border 3 linecolor '#444444'
set tics nomirror out
set grid ytics linetype 1 linecolor '#dddddd'
set key at screen 0.5,0.9632 center top vertical Left reverse width -4 maxrows 24
set label 1 'Share of the requests that took at most so long' at screen 0.5,0.9807 center font ',15'
set label 2 '23 of 24 cells have fewer than 64 requests: every dot is one of them' at screen 0.012,0.0552 left font ',10'
set label 3 'n = 351, failed and left out: 36; runs: run-client, run-cloud, run-edge, 2|b' at screen 0.012,0.0403 left font ',10'
set label 4 'raw_100%&#{x}: random weights: the times are real, the detections mean nothing' at screen 0.012,0.0254 left font ',10'
set label 5 'fixed:2ms: fixed calibration engine: it waits a set time and detects nothing' at screen 0.012,0.0105 left font ',10'
set xlabel 'service time (ms)'
set ylabel 'share of the requests'
set logscale x
set xrange [1.55242:3346.83]
set xtics (2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
set yrange [0:*]
plot $series0 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#0072B2' notitle, $series0 using 1:2 with steps linewidth 2 dashtype 1 linecolor '#0072B2' title 'client ssd-mobilenet tfs-grpc tensor (n = 12)', $series1 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#56B4E9' notitle, $series1 using 1:2 with steps linewidth 2 dashtype 1 linecolor '#56B4E9' title 'client ssd-mobilenet tfs-rest b64 (n = 12)', $series2 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#D55E00' notitle, $series2 using 1:2 with steps linewidth 2 dashtype 1 linecolor '#D55E00' title 'client ssd-mobilenet tfs-rest json (n = 12)', $series3 using 1:2 with steps linewidth 2 dashtype 1 linecolor '#E69F00' title 'client fixed:2ms tfs-grpc tensor (n = 132)', $series4 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#009E73' notitle, $series4 using 1:2 with steps linewidth 2 dashtype 1 linecolor '#009E73' title 'client raw_100%&#{x} tfs-grpc tensor (n = 9)', $series5 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#F0E442' notitle, $series5 using 1:2 with steps linewidth 2 dashtype 1 linecolor '#F0E442' title 'client raw_100%&#{x} tfs-rest json (n = 12)', $series6 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#CC79A7' notitle, $series6 using 1:2 with steps linewidth 2 dashtype 1 linecolor '#CC79A7' title 'client>cloud ssd-mobilenet tfs-grpc tensor (n = 8)', $series7 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#999999' notitle, $series7 using 1:2 with steps linewidth 2 dashtype 1 linecolor '#999999' title 'client>cloud ssd-mobilenet tfs-rest b64 (n = 8)', $series8 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#0072B2' notitle, $series8 using 1:2 with steps linewidth 2 dashtype 2 linecolor '#0072B2' title 'client>cloud ssd-mobilenet tfs-rest json (n = 8)', $series9 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#56B4E9' notitle, $series9 using 1:2 with steps linewidth 2 dashtype 2 linecolor '#56B4E9' title 'client>cloud raw_100%&#{x} tfs-grpc tensor (n = 6)', $series10 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#D55E00' notitle, $series10 using 1:2 with steps linewidth 2 dashtype 2 linecolor '#D55E00' title 'client>cloud raw_100%&#{x} tfs-rest json (n = 7)', $series11 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#E69F00' notitle, $series11 using 1:2 with steps linewidth 2 dashtype 2 linecolor '#E69F00' title 'client>edge, 2|b ssd-mobilenet tfs-grpc tensor (n = 7)', $series12 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#009E73' notitle, $series12 using 1:2 with steps linewidth 2 dashtype 2 linecolor '#009E73' title 'client>edge, 2|b ssd-mobilenet tfs-rest b64 (n = 8)', $series13 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#F0E442' notitle, $series13 using 1:2 with steps linewidth 2 dashtype 2 linecolor '#F0E442' title 'client>edge, 2|b ssd-mobilenet tfs-rest json (n = 8)', $series14 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#CC79A7' notitle, $series14 using 1:2 with steps linewidth 2 dashtype 2 linecolor '#CC79A7' title 'client>edge, 2|b raw_100%&#{x} tfs-grpc tensor (n = 5)', $series15 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#999999' notitle, $series15 using 1:2 with steps linewidth 2 dashtype 2 linecolor '#999999' title 'cloud ssd-mobilenet tfs-grpc tensor (n = 12)', $series16 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#0072B2' notitle, $series16 using 1:2 with steps linewidth 2 dashtype 3 linecolor '#0072B2' title 'cloud ssd-mobilenet tfs-rest b64 (n = 12)', $series17 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#56B4E9' notitle, $series17 using 1:2 with steps linewidth 2 dashtype 3 linecolor '#56B4E9' title 'cloud ssd-mobilenet tfs-rest json (n = 9)', $series18 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#D55E00' notitle, $series18 using 1:2 with steps linewidth 2 dashtype 3 linecolor '#D55E00' title 'cloud raw_100%&#{x} tfs-grpc tensor (n = 8)', $series19 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#E69F00' notitle, $series19 using 1:2 with steps linewidth 2 dashtype 3 linecolor '#E69F00' title 'cloud raw_100%&#{x} tfs-rest json (n = 12)', $series20 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#009E73' notitle, $series20 using 1:2 with steps linewidth 2 dashtype 3 linecolor '#009E73' title 'edge, 2|b ssd-mobilenet tfs-grpc tensor (n = 11)', $series21 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#F0E442' notitle, $series21 using 1:2 with steps linewidth 2 dashtype 3 linecolor '#F0E442' title 'edge, 2|b ssd-mobilenet tfs-rest b64 (n = 12)', $series22 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#CC79A7' notitle, $series22 using 1:2 with steps linewidth 2 dashtype 3 linecolor '#CC79A7' title 'edge, 2|b ssd-mobilenet tfs-rest json (n = 12)', $series23 every ::1 using 1:2 with points pointtype 7 pointsize 0.6 linecolor '#999999' notitle, $series23 using 1:2 with steps linewidth 2 dashtype 3 linecolor '#999999' title 'edge, 2|b raw_100%&#{x} tfs-grpc tensor (n = 9)'
