/**
 * Bounds on input. Each one that is hit becomes a gap. They are set far above what kernel mail holds and
 * low enough that hostile or mistaken input (a video, a core dump) is refused in well under two seconds.
 */
export const LIMITS = {
  /** Bytes of one input file after decompression. */
  inputBytes: 64 << 20,
  /** Mails in one mailbox. */
  messages: 10_000,
  /** Bytes of one mail's headers. */
  headerBytes: 256 << 10,
  /** Characters of one decoded body; the rest is cut. */
  bodyChars: 40 << 20,
  /** Lines of a mail that needs MIME decoding: postal-mime takes about 10 µs for each. */
  mimeLines: 60_000,
  /** Characters of one diff line. */
  lineChars: 16_384,
  /** Series of one input that are reviewed in one run. */
  series: 16,
  /** Files in one patch. */
  files: 5_000,
  /** Hunks in one patch. */
  hunks: 20_000,
  /** Gaps that one mail may give; the others are counted. */
  gaps: 100,
  /** Lines that one hunk header may announce. */
  hunkLines: 200_000,
  /** Lines of one hunk that the damaged reader works on. */
  damagedHunkLines: 20_000,
} as const;
