# Chapter 05: what each step of register tiling brings.
name = '05_register_tiling'
earlier = '03_tiled_matmul'
heading = 'Register tiling, step by step: C = A B in fp32'
load 'plots/matmul.gp'
