import { defineConfig } from 'vitest/config';

// Tests need no network and no build, except those under test/cli, which run bin/rmap-review.js.
export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    allowOnly: false,
    env: { NO_COLOR: '1' },
  },
});
