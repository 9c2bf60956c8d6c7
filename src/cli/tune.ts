import { setFlagsFromString } from 'node:v8';

// A run lasts from half a second to half a minute. V8's optimizing compiler is made for programs that last: with its
// own limits it spends as much processor time, on threads of its own, as everything else together (5.8 s of 9.3 s for
// seven files of mm; 0.9 s of 4.6 s with these). A V8 that does not know a flag says so on standard error: only those
// are asked of which it is known that they do, 11.3 (Node 20), 12 (22) and 13 (24).
const { v8 } = process.versions;
const major = Number.parseInt(v8, 10);
const later = v8.startsWith('11.3.') ? '--interrupt-budget=1000000' : major === 12 || major === 13 ? '--invocation-count-for-turbofan=20000' : null;
if (later !== null) {
  setFlagsFromString(later);
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=300');
}
