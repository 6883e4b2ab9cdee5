#include "cli/symbols.h"

#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct symbols {
    Dwfl *dwfl;
    Dwfl_Module *module;
    bool thumb; /* ARM: the lowest bit of a code address is a mode, not a place */
};

static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_build_id_find_elf,
    .find_debuginfo = dwfl_standard_find_debuginfo,
    .section_address = dwfl_offline_section_address,
};

void symbols_close(struct symbols *s)
{
    if (!s)
        return;
    if (s->dwfl)
        dwfl_end(s->dwfl);
    free(s);
}

static bool open_module(struct symbols *s, const char *path)
{
    GElf_Addr bias;
    GElf_Ehdr header;
    s->dwfl = dwfl_begin(&callbacks);
    if (!s->dwfl)
        return false;
    dwfl_report_begin(s->dwfl);
    s->module = dwfl_report_offline(s->dwfl, path, path, -1);
    dwfl_report_end(s->dwfl, NULL, NULL);
    Elf *elf = s->module ? dwfl_module_getelf(s->module, &bias) : NULL;
    if (!elf || !gelf_getehdr(elf, &header))
        return false;
    s->thumb = header.e_machine == EM_ARM;
    return true;
}

enum problem_code symbols_open(const char *path, struct symbols **out, struct problem *problem)
{
    struct symbols *s = calloc(1, sizeof *s);
    if (s && open_module(s, path)) {
        *out = s;
        return PROBLEM_NONE;
    }
    const char *why = dwfl_errmsg(-1);
    problem_set(problem, PROBLEM_INPUT_FILE, path,
                "Give the .elf of the very build that crashed: out/APP@BOARD/binary/APP@BOARD.elf.",
                "no symbols could be read: %s", why ? why : "not an ELF file");
    symbols_close(s);
    return problem->code;
}

bool symbols_find(struct symbols *s, uint64_t address, char *out, size_t size)
{
    GElf_Off offset;
    GElf_Sym symbol;
    if (s->thumb)
        address &= ~(uint64_t)1;
    const char *name = dwfl_module_addrinfo(s->module, address, &offset, &symbol, NULL, NULL, NULL);
    if (!name || GELF_ST_TYPE(symbol.st_info) != STT_FUNC)
        return false;
    Dwfl_Line *line = dwfl_module_getsrc(s->module, address);
    int number = 0;
    const char *file = line ? dwfl_lineinfo(line, NULL, &number, NULL, NULL, NULL) : NULL;
    const char *slash = file ? strrchr(file, '/') : NULL;
    int n = snprintf(out, size, "%s+0x%llx", name, (unsigned long long)offset);
    if (file && n > 0 && (size_t)n < size)
        snprintf(out + n, size - (size_t)n, " at %s:%d", slash ? slash + 1 : file, number);
    return true;
}
