# Chapter 12: each layer's convolution, by each variant.
name = '12_im2col_convolution'
heading = 'Forward convolution of the layers of mnist-cnn'
groups = 'conv1_b64 conv2_b64 conv3_b64'
label(shape) = shape[1:5] . ', batch of ' . shape[8:]
load 'plots/bars.gp'
