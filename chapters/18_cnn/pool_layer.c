/* pool_layer.c -- max-pooling as a layer; it has no weights. */
#include <stdio.h>
#include "cnn_layers.h"
#include "max_pool.h"

static PoolShape shape_of(const Layer *l, int batch)
{
    return (PoolShape){.N = batch,
                       .IH = l->in.height,
                       .IW = l->in.width,
                       .C = l->in.channels,
                       .OH = l->out.height,
                       .OW = l->out.width,
                       .window = l->window,
                       .stride = l->stride};
}

static bool pool_plan(Layer *l, int batch, char *error, size_t length)
{
    l->stride = l->stride == 0 ? l->window : l->stride;
    PoolShape s = shape_of(l, batch);
    if (!pool_shape(&s)) {
        snprintf(error, length,
                 "windows of %d, %d apart, on an image of %dx%d; a window can "
                 "be 2 or 3, and its stride 1 to the window",
                 l->window, l->stride, l->in.height, l->in.width);
        return false;
    }
    l->out = (Shape){s.OH, s.OW, s.C};
    l->saved = (size_t)batch * shape_size(l->out); /* the winners */
    return true;
}

static void pool_forward(const Layer *l, const Pass *p)
{
    const PoolShape s = shape_of(l, p->batch);
    max_pool(&s, p->X, p->Y, (int *)p->saved);
}

static void pool_backward(const Layer *l, const Pass *p)
{
    if (p->dX != NULL) {
        const PoolShape s = shape_of(l, p->batch);
        max_pool_backward(&s, p->dY, (const int *)p->saved, p->dX);
    }
}

const LayerOps pool_layer = {"max-pool",       pool_plan,
                             pool_forward,     pool_backward,
                             pool_forward_ref, pool_backward_ref};
