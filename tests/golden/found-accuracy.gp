set terminal svg size 900,621 font 'DejaVu Sans,13' background '#ffffff' noenhanced
$series0 << END_OF_DATA
2.501 0 2.301 2.701 0 0
END_OF_DATA
$series1 << END_OF_DATA
6.251 0 5.751 6.751 0 0
END_OF_DATA
$series2 << END_OF_DATA
137.501 0.661209 126.501 148.501 0.552177 0.768898
END_OF_DATA
$series3 << END_OF_DATA
175.001 0.607 161.001 189.001 0.476299 0.742545
END_OF_DATA
$series4 << END_OF_DATA
25.001 0.246567 23.001 27.001 0.133353 0.425379
END_OF_DATA
$series5 << END_OF_DATA
56.251 0.246567 51.751 60.751 0.133353 0.425379
END_OF_DATA
set tmargin at screen 0.8937
set bmargin at screen 0.2174
set rmargin 3
set border 3 linecolor '#444444'
set tics nomirror out
set grid ytics linetype 1 linecolor '#dddddd'
unset key
set label 1 'Accuracy against latency' at screen 0.5,0.9646 center font ',15'
set label 2 'mAP@[.5:.95] of the detections of the timed requests, on 20 images, objects of found.notes.json' at screen 0.012,0.0741 left font ',10'
set label 3 'bars are 95% intervals: of the median by order statistics, of mAP by a bootstrap over the images' at screen 0.012,0.0467 left font ',10'
set label 4 'n = 240, failed and left out: 0; run: run-found' at screen 0.012,0.0193 left font ',10'
set xlabel 'median response time (ms)'
set ylabel 'COCO mAP@[.5:.95]'
set logscale x
set xrange [1.84582:235.609]
set xtics (2, 5, 10, 20, 50, 100, 200)
set yrange [0:0.83041]
set lmargin at screen 0.12
set rmargin at screen 0.97
set style textbox opaque margins 0.2,0.2 fillcolor '#ffffff' noborder
set arrow from graph 0.0626,0.0000 to graph 0.0901,0.0619 nohead linecolor '#888888' linewidth 0.7 back
set label 'none tfs-grpc tensor' at graph 0.0901,0.0810 left font ',10' front boxed
set label 'none tfs-rest json' at graph 0.2515,0.0333 center font ',10' front boxed
set label 'rcnn tfs-grpc tensor' at graph 0.8798,0.8296 right font ',10' front boxed
set arrow from graph 0.9387,0.7310 to graph 0.9112,0.6691 nohead linecolor '#888888' linewidth 0.7 back
set label 'rcnn tfs-rest json' at graph 0.9112,0.6500 right font ',10' front boxed
set label 'ssd tfs-grpc tensor' at graph 0.5283,0.3303 right font ',10' front boxed
set label 'ssd tfs-rest json' at graph 0.7138,0.3303 left font ',10' front boxed
plot $series0 using 1:2:3:4 with xerrorbars pointtype 0 linewidth 1.2 linecolor '#0072B2' notitle, $series0 using 1:2:5:6 with yerrorbars pointtype 0 linewidth 1.2 linecolor '#0072B2' notitle, $series0 using 1:2 with points pointtype 7 pointsize 1 linewidth 1.5 linecolor '#0072B2' notitle, $series1 using 1:2:3:4 with xerrorbars pointtype 0 linewidth 1.2 linecolor '#0072B2' notitle, $series1 using 1:2:5:6 with yerrorbars pointtype 0 linewidth 1.2 linecolor '#0072B2' notitle, $series1 using 1:2 with points pointtype 7 pointsize 1 linewidth 1.5 linecolor '#0072B2' notitle, $series2 using 1:2:3:4 with xerrorbars pointtype 0 linewidth 1.2 linecolor '#D55E00' notitle, $series2 using 1:2:5:6 with yerrorbars pointtype 0 linewidth 1.2 linecolor '#D55E00' notitle, $series2 using 1:2 with points pointtype 7 pointsize 1 linewidth 1.5 linecolor '#D55E00' notitle, $series3 using 1:2:3:4 with xerrorbars pointtype 0 linewidth 1.2 linecolor '#D55E00' notitle, $series3 using 1:2:5:6 with yerrorbars pointtype 0 linewidth 1.2 linecolor '#D55E00' notitle, $series3 using 1:2 with points pointtype 7 pointsize 1 linewidth 1.5 linecolor '#D55E00' notitle, $series4 using 1:2:3:4 with xerrorbars pointtype 0 linewidth 1.2 linecolor '#009E73' notitle, $series4 using 1:2:5:6 with yerrorbars pointtype 0 linewidth 1.2 linecolor '#009E73' notitle, $series4 using 1:2 with points pointtype 7 pointsize 1 linewidth 1.5 linecolor '#009E73' notitle, $series5 using 1:2:3:4 with xerrorbars pointtype 0 linewidth 1.2 linecolor '#009E73' notitle, $series5 using 1:2:5:6 with yerrorbars pointtype 0 linewidth 1.2 linecolor '#009E73' notitle, $series5 using 1:2 with points pointtype 7 pointsize 1 linewidth 1.5 linecolor '#009E73' notitle
