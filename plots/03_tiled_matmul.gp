# Chapter 03: naive against tiled.
name = '03_tiled_matmul'
heading = 'Naive against shared-memory tiles: C = A B in fp32'
load 'plots/matmul.gp'
