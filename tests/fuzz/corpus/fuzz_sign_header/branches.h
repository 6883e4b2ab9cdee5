#ifndef A
#define B "/*" \
 x
#if 0
char ota_pubn_buf[256] = {0}; // x
#elif 1
static const __attribute__((aligned(4))) unsigned char ota_pubn_buf[256] = {0x00};
#else
#endif
#endif
uint8_t ota_pube_buf[] = {1u, 00, /* e */ 0X01};
