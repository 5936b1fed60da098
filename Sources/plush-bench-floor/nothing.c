// The static process that exits at once: scripts/bench compiles it by itself, with -static -DPLUSH_NOTHING. As a part
// of plush-bench-floor, which links libsodium dynamically, it is empty.
#ifdef PLUSH_NOTHING
int main(void) { return 0; }
#else
typedef int plush_nothing_here;
#endif
