// Preloaded into a measured process (node --import): when it ends, its processor time and that of the children it has
// waited for are written to $RMAP_BENCH_CPU, in milliseconds, with the most memory it had, in megabytes.
import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env.RMAP_BENCH_CPU;
delete process.env.RMAP_BENCH_CPU; // its own children are counted by it
if (isMainThread && file !== undefined) {
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    writeFileSync(file, JSON.stringify({ own: (user + system) / 1000, children: childrenMs(), memory: process.resourceUsage().maxRSS / 1024 }));
  });
}

/** Linux counts the time of children in hundredths of a second; elsewhere they are left out. */
function childrenMs() {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[13]) + Number(fields[14])) * 10;
  } catch {
    return 0;
  }
}
