# Chapter 12: each layer's convolution, by each variant.
name = '12_im2col_convolution'
heading = 'Forward convolution of the layers of mnist-cnn, batch of 64'
groups = 'conv1_b64 conv2_b64 conv3_b64'
array labels[3] = ['conv1: 28x28x1 to 32', 'conv2: 13x13x32 to 64', \
                   'conv3: 5x5x64 to 64']
load 'plots/bars.gp'
