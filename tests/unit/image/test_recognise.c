/* Every format is told from its bytes, whatever was done to them. */
#include "samples.h"

#include "device/code_crc.h"
#include "image/flash_image.h"
#include "image/upload_name.h"

static struct image_report report;

static const struct image_field *field(const char *name)
{
    for (unsigned i = 0; i < report.field_count; i++) {
        if (strcmp(report.fields[i].name, name) == 0)
            return &report.fields[i];
    }
    return NULL;
}

static bool warned(const char *words)
{
    for (unsigned i = 0; i < report.warning_count; i++) {
        if (strstr(report.warnings[i], words))
            return true;
    }
    return false;
}

static void look(const struct buffer *file, const char *name)
{
    image_recognise(of_buffer(file), name, &report);
}

static void each_format_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sample_count; i++) {
        const struct sample *s = &samples[i];
        look(&s->file, s->name);
        if (strcmp(report.format, s->format) != 0 || report.use != s->use ||
            report.broken != s->broken)
            fail_msg("sample %zu, %s: %s (%s), use %d, broken %d", i, s->name, report.format,
                     report.title, (int)report.use, (int)report.broken);
        assert_true(report.title[0] && report.use_text[0]);
    }
}

/* What must hold for any bytes. */
static void sane(struct bytes file, uint64_t seed)
{
    unsigned wrong = 0;
    image_recognise(file, "otaapp@mk3060.ota.md5.bin", &report);
    holds(seed, report.format && report.title[0] && report.use_text[0]);
    holds(seed, report.field_count <= IMAGE_FIELDS_MAX && report.warning_count <= 4);
    holds(seed, report.content_size <= file.size);
    for (unsigned i = 0; i < report.field_count; i++) {
        const struct image_field *f = &report.fields[i];
        wrong += f->wrong;
        holds(seed, f->name[0] && memchr(f->name, 0, sizeof f->name));
        holds(seed,
              memchr(f->value, 0, sizeof f->value) && memchr(f->meaning, 0, sizeof f->meaning));
        if (strncmp(f->name, "inside: ", 8) != 0)
            if (!(f->offset <= file.size && f->size <= file.size - f->offset))
                fail_msg("%s: %s 0x%zx + %zu in %zu bytes", report.title, f->name, f->offset,
                         f->size, file.size);
        for (const char *c = f->value; *c; c++)
            holds(seed, (unsigned char)*c >= 32);
    }
    holds(seed, !wrong || report.broken);
}

static void any_cut_is_survived(void **state)
{
    (void)state;
    for (size_t i = 0; i < sample_count; i++) {
        const struct buffer *b = &samples[i].file;
        if (b->length < 2500) {
            cut_at_every_length(of_buffer(b), sane);
            continue;
        }
        for (size_t n = 0; n < b->length; n += 1 + b->length / 150) {
            struct bytes cut = exact_copy(b->data, n);
            sane(cut, n);
            exact_free(cut);
        }
    }
}

static void any_damage_is_survived(void **state)
{
    (void)state;
    for (size_t i = 0; i < sample_count; i++) {
        struct bytes file = of_buffer(&samples[i].file);
        damage_at_random(file, file.size < 2500 ? 1000 : 20, sane);
        if (file.size < 2500)
            damage_words(file, sane);
    }
}

static void any_bytes_are_survived(void **state)
{
    struct random_source r;
    (void)state;
    random_seed(&r, 5);
    for (uint64_t seed = 0; seed < 2000; seed++) {
        struct bytes file = random_bytes(&r, random_below(&r, 300));
        sane(file, seed);
        exact_free(file);
    }
}

/* Flashing and recognising are one truth. */
static void flashing_agrees(void **state)
{
    const struct board board = {.name = "mk3060", .code_crc_groups = true};
    (void)state;
    for (size_t i = 0; i < sample_count; i++) {
        const struct sample *s = &samples[i];
        struct problem problem = PROBLEM_INIT;
        bool moc108 = strncmp(s->format, "moc108", 6) == 0;
        if (strcmp(s->format, "diff") == 0 || strcmp(s->name, "damaged.bin") == 0)
            continue; /* refused for another reason */
        enum problem_code code =
            flash_image_check(&board, s->name, s->file.data, s->file.length, &problem);
        bool runs = strcmp(s->format, "moc108-crc") == 0 || strcmp(s->format, "moc108-flash") == 0;
        if ((code == PROBLEM_NONE) != (moc108 && runs))
            fail_msg("%s (%s): %s", s->name, s->format, problem.what);
    }
}

static void a_damaged_group_is_named(void **state)
{
    struct buffer b = {0};
    struct problem problem = PROBLEM_INIT;
    char wanted[160];
    (void)state;
    crc_groups_insert(code(1000).data, 1000, &b);
    for (size_t at = 0; at < b.length; at += 11) {
        b.data[at] ^= 0x40;
        look(&b, NULL);
        size_t group = at / CODE_CRC_GROUP * CODE_CRC_GROUP;
        snprintf(wanted, sizeof wanted, "damaged group %zu of code at offset 0x%zx (flash 0x%zx if",
                 at / CODE_CRC_GROUP, group, 0x13200 + group);
        const struct image_field *f = field("first damaged group");
        assert_non_null(f);
        assert_true(report.broken && f->offset == group && f->size == 34);
        assert_memory_equal(f->value, wanted, strlen(wanted));
        b.data[at] ^= 0x40;
    }
    buffer_clear(&b);
    assert_int_equal(pack_mk3060_flash(code(500), code(1000), &b, &problem), PROBLEM_NONE);
    b.data[0x8E1C + 3 * 34 + 33] ^= 1;
    look(&b, NULL);
    const char *text = "damaged group 3 of application at offset 0x8e82 (flash 0x1c082 if";
    assert_string_equal(report.format, "moc108-flash");
    assert_memory_equal(field("first damaged group")->value, text, strlen(text));
    buffer_free(&b);
}

static void look_at(const char *name)
{
    for (size_t i = 0; i < sample_count; i++) {
        if (strcmp(samples[i].name, name) == 0) {
            look(&samples[i].file, name);
            return;
        }
    }
    fail_msg("no sample %s", name);
}

/* facts/alios-build-boards.md A.0: the wrong files that people upload and flash. */
static void hazards_are_warned_of(void **state)
{
    struct buffer b = {0};
    (void)state;
    look_at("read-back.bin");
    assert_true(warned("image magic error"));
    look_at("otaapp@mk3060.ota.md5.bin");
    assert_true(warned("doubled") && field("second trailer")->wrong);
    look_at("otaapp@mk3060.all.bin");
    assert_true(warned("whole flash"));
    crc_groups_insert(code(100).data, 100, &b);
    look(&b, "dir/otaapp@mk3060.ota.md5.bin");
    assert_true(warned("The name says"));
    struct buffer t = with_trailer(&b, TRAILER_V1), cut = {0};
    buffer_append(&cut, t.data + 34, t.length - 34);
    look(&cut, NULL);
    assert_true(field("trailer size")->wrong &&
                strstr(field("trailer size")->meaning, "size error"));
    t.data[3] ^= 1;
    look(&t, NULL);
    assert_true(field("trailer MD5")->wrong && field("first damaged group")->wrong);
    buffer_free(&b);
    buffer_free(&t);
    buffer_free(&cut);
    b = rtl_image2(false);
    look(&b, NULL);
    assert_true(warned("ota_all.bin"));
    buffer_free(&b);
    b = rtl_image2(true);
    look(&b, NULL);
    assert_true(strstr(report.title, "will not run") && field("segment 1")->wrong);
    buffer_free(&b);
}

static void packed_firmware_is_judged_by_its_options(void **state)
{
    (void)state;
    look_at("wide.xz");
    assert_true(field("dictionary")->wrong && !field("check")->wrong);
    assert_non_null(field("inside: code"));
    look_at("damaged.xz");
    assert_true(field("archive")->wrong);
    look_at("otaapp@mk3060_ota.bin.xz");
    assert_false(field("dictionary")->wrong);
    assert_non_null(field("inside: trailer MD5"));
}

static void texts_of_the_file_are_shown(void **state)
{
    static const char version[] = "......app-2.0.0-20180620.1151";
    struct buffer b = {0};
    uint8_t logical[200] = {0};
    (void)state;
    memcpy(logical + 20, version, sizeof version); /* over the CRC of a group */
    crc_groups_insert(logical, sizeof logical, &b);
    look(&b, NULL);
    assert_string_equal(field("version")->value, "app-2.0.0-20180620.1151");
    buffer_free(&b);
    look_at("oss.bin");
    assert_string_equal(field("code")->value, "AccessDenied");
    look_at("page.bin");
    assert_string_equal(field("title")->value, "403 Forbidden");
}

static void a_diff_is_walked(void **state)
{
    struct buffer b = {0};
    uint8_t diff[1024];
    (void)state;
    buffer_append(&b, diff, from_hex(diff_vector, diff, sizeof diff));
    look(&b, NULL);
    assert_string_equal(field("slice 0")->value, "72 + 144 + 0 bytes restore 65536, CRC-16 0x079e");
    assert_string_equal(field("slice 1")->value, "72 + 76 + 72 bytes restore 481, CRC-16 0x2fd7");
    assert_string_equal(field("new image")->value, "66017 bytes");
    assert_non_null(strstr(report.use_text, "mk3060"));
    b.data[15] = 0x7F; /* a control stream of 2^62 bytes */
    look(&b, NULL);
    assert_true(report.broken && field("slice 0")->wrong);
    buffer_free(&b);
}

static void upload_names_follow_the_rule(void **state)
{
    static const struct {
        const char *path, *name;
        unsigned ats, dots, others;
    } names[] = {
        {"otaapp@mk3060.ota.md5.bin", "otaapp_mk3060_ota_md5.bin", 1, 2, 0},
        {"out/a@b/binary/otaapp@mk3060.bin", "otaapp_mk3060.bin", 1, 0, 0},
        {"ota_all.bin", "ota_all.bin", 0, 0, 0},
        {"a@b@c", "a_b_c", 2, 0, 0},
        {".bin", ".bin", 0, 0, 0},
        {"", "", 0, 0, 0},
        {"a b(1).bin", "a b(1).bin", 0, 0, 3},
        {"\xe5\x9b\xba.bin", "\xe5\x9b\xba.bin", 0, 0, 1},
        {"\xff\x01.bin", "\xff\x01.bin", 0, 0, 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct upload_name u;
        upload_name_make(names[i].path, &u);
        assert_string_equal(u.name, names[i].name);
        assert_int_equal(u.ats, names[i].ats);
        assert_int_equal(u.dots, names[i].dots);
        assert_int_equal(u.others, names[i].others);
    }
    char path[1000];
    struct upload_name u;
    memset(path, '@', sizeof path);
    path[sizeof path - 1] = '\0';
    upload_name_make(path, &u);
    assert_int_equal(strlen(u.name), sizeof u.name - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_format_is_told),
        cmocka_unit_test(any_cut_is_survived),
        cmocka_unit_test(any_damage_is_survived),
        cmocka_unit_test(any_bytes_are_survived),
        cmocka_unit_test(flashing_agrees),
        cmocka_unit_test(a_damaged_group_is_named),
        cmocka_unit_test(hazards_are_warned_of),
        cmocka_unit_test(packed_firmware_is_judged_by_its_options),
        cmocka_unit_test(texts_of_the_file_are_shown),
        cmocka_unit_test(a_diff_is_walked),
        cmocka_unit_test(upload_names_follow_the_rule),
    };
    samples_make();
    int failed = cmocka_run_group_tests_name("recognise", tests, NULL, NULL);
    samples_free();
    return failed;
}
