# Chapter 01: the curve that the others start from.
name = '01_naive_matmul'
heading = 'One thread per element: speed over size: C = A B in fp32'
load 'plots/matmul.gp'
