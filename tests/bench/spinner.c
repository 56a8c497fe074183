/*
 * Keeps a CPU from halting, at the lowest priority: a loop without memory, so that caches
 * stay as the programs that are measured left them.
 */
int main(void)
{
    for (volatile int forever = 1; forever == 1;) {
    }
    return 0;
}
