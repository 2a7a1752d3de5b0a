/* test_train.c -- an epoch is what it should be: every image once, the last
 * batch as small as it comes, and the mean over images, not over batches. */
#include "tests/common/child.h"

#include <math.h>
#include <stdlib.h>

#include "common/check.h"
#include "common/rng.h"
#include "cnn_networks.h"
#include "train.h"

enum { IMAGES = 70, BATCH = 32, PIXELS = 28 * 28 };

static uint8_t pixels[IMAGES * PIXELS];
static uint8_t labels[IMAGES];
static const Dataset data = {.count = IMAGES,
                             .height = 28,
                             .width = 28,
                             .channels = 1,
                             .classes = 10,
                             .pixels = pixels,
                             .labels = labels};

static void draw_images(void)
{
    Rng rng = rng_seed(3);
    for (size_t i = 0; i < sizeof pixels; i++) {
        pixels[i] = (uint8_t)rng_below(&rng, 256);
    }
    for (size_t i = 0; i < sizeof labels; i++) {
        labels[i] = (uint8_t)rng_below(&rng, 10);
    }
}

static Network fresh_network(int batch)
{
    Network net = network_create(&mnist_cnn, batch, gemm_tiled);
    network_init(&net, 1);
    return net;
}

static void evaluation_is_the_mean_over_images(void **state)
{
    (void)state;
    // In batches of 32, 32 and 6, and all at once.
    Network parts = fresh_network(BATCH);
    Network whole = fresh_network(IMAGES);
    ImageSet set = image_set_create(&data, 0, BATCH);
    ImageSet set_whole = image_set_create(&data, 0, IMAGES);
    const Evaluation got = evaluate(&parts, &set);
    const Evaluation want = evaluate(&whole, &set_whole);
    assert_true(fabs(got.loss - want.loss) <= 1e-6 * want.loss);
    assert_true(got.accuracy == want.accuracy);
    image_set_free(&set);
    image_set_free(&set_whole);
    network_free(&parts);
    network_free(&whole);
}

static void a_limit_takes_the_first_images(void **state)
{
    (void)state;
    ImageSet set = image_set_create(&data, 10, BATCH);
    assert_int_equal(set.count, 10);
    image_set_free(&set);
    set = image_set_create(&data, IMAGES + 1, BATCH);
    assert_int_equal(set.count, IMAGES);
    image_set_free(&set);
}

/* Two epochs by train(), and once more with nothing but single steps. */
static void check_epochs(double lr_end)
{
    Network trained = fresh_network(BATCH);
    Network by_hand = fresh_network(BATCH);
    ImageSet set = image_set_create(&data, 0, BATCH);
    ImageSet test = image_set_create(&data, 5, BATCH);
    const TrainOptions options = {
        .epochs = 2, .lr = 1e-3, .lr_end = lr_end, .seed = 9};
    assert_int_equal(train(&trained, &set, &test, &options), TRAIN_DONE);
    assert_int_equal(trained.steps, 6);

    Rng seeds = rng_seed(9);
    for (int epoch = 0; epoch < 2; epoch++) {
        image_set_shuffle(&set, rng_next(&seeds));
        uint32_t order[IMAGES];
        int seen[IMAGES] = {0};
        CUDA_CHECK(cudaMemcpy(order, set.order_dev, sizeof order,
                              cudaMemcpyDeviceToHost));
        for (int i = 0; i < IMAGES; i++) {
            assert_in_range(order[i], 0, IMAGES - 1);
            assert_int_equal(seen[order[i]]++, 0);
        }
        static const int sizes[] = {32, 32, 6};
        for (int i = 0; i < 3; i++) {
            const double passed = epoch + 32.0 * i / IMAGES; // of two
            const double lr = 1e-3 + (lr_end - 1e-3) * passed / 2;
            image_set_batch(&set, 32 * i, sizes[i]);
            network_step(&by_hand, sizes[i], set.X_dev, set.y_dev, lr);
        }
    }
    float *want = host_alloc(by_hand.params, sizeof *want);
    float *got = host_alloc(by_hand.params, sizeof *got);
    network_get_params(&by_hand, want);
    network_get_params(&trained, got);
    for (size_t i = 0; i < by_hand.params; i++) {
        assert_true(fabs(got[i] - want[i]) <= 1e-6);
    }
    free(want);
    free(got);
    image_set_free(&set);
    image_set_free(&test);
    network_free(&trained);
    network_free(&by_hand);
}

static void an_epoch_is_every_image_once(void **state)
{
    (void)state;
    check_epochs(1e-3);
}

static void the_learning_rate_falls_along_a_line(void **state)
{
    (void)state;
    check_epochs(0.0);
}

static void a_loss_that_is_not_finite_stops_training(void **state)
{
    (void)state;
    Network net = fresh_network(BATCH);
    ImageSet set = image_set_create(&data, 0, BATCH);
    float *params = host_alloc(net.params, sizeof *params);
    network_get_params(&net, params);
    params[net.params - 1] = NAN;
    network_set_params(&net, params);
    const TrainOptions options = {.epochs = 2, .lr = 1e-3, .seed = 9};
    assert_int_equal(train(&net, &set, &set, &options), TRAIN_DIVERGED);
    assert_int_equal(net.steps, 1);
    free(params);
    image_set_free(&set);
    network_free(&net);
}

int main(void)
{
    skip_without_device();
    draw_images();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evaluation_is_the_mean_over_images),
        cmocka_unit_test(a_limit_takes_the_first_images),
        cmocka_unit_test(an_epoch_is_every_image_once),
        cmocka_unit_test(the_learning_rate_falls_along_a_line),
        cmocka_unit_test(a_loss_that_is_not_finite_stops_training),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
