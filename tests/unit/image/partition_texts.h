/* Partition tables as C sources, with the numbers of facts/alios-build-boards.md B.3. */
#ifndef PARTITION_TEXTS_H
#define PARTITION_TEXTS_H

#define ENTRY(name, start, length)                                                                 \
    "    [HAL_PARTITION_" name "] =\n    {\n"                                                      \
    "        .partition_owner       = HAL_FLASH_EMBEDDED,\n"                                       \
    "        .partition_description = \"" name "\",\n"                                             \
    "        .partition_start_addr  = " start ",\n"                                                \
    "        .partition_length      = " length ", //wrong in many files: 568k bytes\n"             \
    "        .partition_options     = PAR_OPT_READ_EN | PAR_OPT_WRITE_EN,\n    },\n"

#define SET(owner, name, start, length)                                                            \
    "    hal_partitions[HAL_PARTITION_" name "].partition_owner      = HAL_FLASH_" owner ";\n"     \
    "    hal_partitions[HAL_PARTITION_" name "].partition_description = \"" name "\";\n"           \
    "    hal_partitions[HAL_PARTITION_" name "].partition_start_addr = " start ";\n"               \
    "    hal_partitions[HAL_PARTITION_" name "].partition_length     = " length "\n"

#define BEGIN "const hal_logic_partition_t hal_partitions[] =\n{\n"
#define END "};\n"

/* Release 1.3.2 of August 2018: APPLICATION and OTA_TEMP share 0x29e00 bytes. */
#define MK3060_132                                                                                 \
    BEGIN ENTRY("BOOTLOADER", "0x0", "0x10000") ENTRY("PARAMETER_1", "0x10000", "0x1000")          \
        ENTRY("PARAMETER_2", "0x11000", "0x1000") ENTRY("APPLICATION", "0x13000", "0xCE000")       \
            ENTRY("OTA_TEMP", "0xB7200", "0xCE000") ENTRY("PARAMETER_3", "0x12000", "0x1000")      \
                ENTRY("PARAMETER_4", "0xD000", "0x1000") ENTRY("SPIFFS", "0x185200", "0x40000")    \
                    END

/* Release 3.1: the first one without any overlap. */
#define MK3060_310(ota_length)                                                                     \
    BEGIN ENTRY("BOOTLOADER", "0x0", "0x10000") ENTRY("PARAMETER_2", "0x11000", "0x2000")          \
        ENTRY("2ND_BOOT", "0x13000", "0x6000") ENTRY("PARAMETER_3", "0x19000", "0x1000")           \
            ENTRY("PARAMETER_4", "0x1A000", "0x2000") ENTRY("APPLICATION", "0x1C000", "0xE5000")   \
                ENTRY("OTA_TEMP", "0x101000", ota_length)                                          \
                    ENTRY("PARAMETER_1", "0x1F1000", "0x1000") END

/* Assignments, two flashes, and the ',' of the shipped source. */
#define MK3239                                                                                     \
    "hal_logic_partition_t hal_partitions[HAL_PARTITION_MAX];\n"                                   \
    "void board_init(void)\n{\n" SET("EMBEDDED", "BOOTLOADER", "0x08000000", "0x8000;")            \
        SET("EMBEDDED", "APPLICATION", "0x08008000", "0xF8000,   //992k bytes")                    \
            SET("QSPI", "PARAMETER_1", "0x1F8000", "0x1000;")                                      \
                SET("QSPI", "PARAMETER_2", "0x1F9000", "0x4000;")                                  \
                    SET("EMBEDDED", "OTA_TEMP", "0x70000", "0xF8000;") "}\n"

#endif
