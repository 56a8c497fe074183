set terminal svg size 900,587 font 'DejaVu Sans,13' background '#ffffff' noenhanced
$series0 << END_OF_DATA
124 0.709 nan nan nan nan
END_OF_DATA
$series1 << END_OF_DATA
112 0.657 nan nan nan nan
END_OF_DATA
$series2 << END_OF_DATA
64 0.7 nan nan nan nan
END_OF_DATA
$series3 << END_OF_DATA
89 0.719 nan nan nan nan
END_OF_DATA
$series4 << END_OF_DATA
98 0.637 nan nan nan nan
END_OF_DATA
$series5 << END_OF_DATA
54 0.709 nan nan nan nan
END_OF_DATA
$series6 << END_OF_DATA
1130 0.78 nan nan nan nan
END_OF_DATA
$series7 << END_OF_DATA
845 0.772 nan nan nan nan
END_OF_DATA
$series8 << END_OF_DATA
543 0.775 nan nan nan nan
END_OF_DATA
$series9 << END_OF_DATA
3973 0.77 nan nan nan nan
END_OF_DATA
$series10 << END_OF_DATA
2868 0.768 nan nan nan nan
END_OF_DATA
set tmargin at screen 0.8876
set bmargin at screen 0.1721
set rmargin 3
set border 3 linecolor '#444444'
set tics nomirror out
set grid ytics linetype 1 linecolor '#dddddd'
unset key
set label 1 'Accuracy against latency' at screen 0.5,0.9625 center font ',15'
set label 2 'hollow: accuracy as a .meta.json or a file says, which may be another measure and other images' at screen 0.012,0.0204 left font ',10'
set xlabel 'latency (ms)'
set ylabel 'accuracy'
set logscale x
set xrange [43.557:4925.55]
set xtics (50, 100, 200, 500, 1000, 2000)
set yrange [0.62556:0.79144]
set lmargin at screen 0.12
set rmargin at screen 0.97
set style textbox opaque margins 0.2,0.2 fillcolor '#ffffff' noborder
set label 'mobilenet-v1-224 original' at graph 0.2343,0.5030 left font ',10' front boxed
set label 'mobilenet-v1-224 post-training-quantized' at graph 0.2128,0.1895 left font ',10' front boxed
set label 'mobilenet-v1-224 quantization-aware-training' at graph 0.0905,0.4154 left font ',10' front boxed
set label 'mobilenet-v2-224 original' at graph 0.1511,0.5966 center font ',10' front boxed
set label 'mobilenet-v2-224 post-training-quantized' at graph 0.1846,0.0690 left font ',10' front boxed
set arrow from graph 0.0455,0.5030 to graph 0.0967,0.6268 nohead linecolor '#888888' linewidth 0.7 back
set label 'mobilenet-v2-224 quantization-aware-training' at graph 0.0967,0.6459 left font ',10' front boxed
set label 'inception-v3 original' at graph 0.6795,0.9644 right font ',10' front boxed
set label 'inception-v3 post-training-quantized' at graph 0.6272,0.8495 center font ',10' front boxed
set label 'inception-v3 quantization-aware-training' at graph 0.5206,0.9009 right font ',10' front boxed
set arrow from graph 0.9545,0.8707 to graph 0.9362,0.9088 nohead linecolor '#888888' linewidth 0.7 back
set label 'resnet-v2-101 original' at graph 0.9362,0.9279 right font ',10' front boxed
set arrow from graph 0.8856,0.8587 to graph 0.8673,0.8206 nohead linecolor '#888888' linewidth 0.7 back
set label 'resnet-v2-101 post-training-quantized' at graph 0.8673,0.8016 right font ',10' front boxed
plot $series0 using 1:2 with points pointtype 6 pointsize 1 linewidth 1.5 linecolor '#0072B2' notitle, $series1 using 1:2 with points pointtype 6 pointsize 1 linewidth 1.5 linecolor '#0072B2' notitle, $series2 using 1:2 with points pointtype 6 pointsize 1 linewidth 1.5 linecolor '#0072B2' notitle, $series3 using 1:2 with points pointtype 6 pointsize 1 linewidth 1.5 linecolor '#D55E00' notitle, $series4 using 1:2 with points pointtype 6 pointsize 1 linewidth 1.5 linecolor '#D55E00' notitle, $series5 using 1:2 with points pointtype 6 pointsize 1 linewidth 1.5 linecolor '#D55E00' notitle, $series6 using 1:2 with points pointtype 6 pointsize 1 linewidth 1.5 linecolor '#009E73' notitle, $series7 using 1:2 with points pointtype 6 pointsize 1 linewidth 1.5 linecolor '#009E73' notitle, $series8 using 1:2 with points pointtype 6 pointsize 1 linewidth 1.5 linecolor '#009E73' notitle, $series9 using 1:2 with points pointtype 6 pointsize 1 linewidth 1.5 linecolor '#CC79A7' notitle, $series10 using 1:2 with points pointtype 6 pointsize 1 linewidth 1.5 linecolor '#CC79A7' notitle
