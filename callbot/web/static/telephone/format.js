// The sound of the connection in both directions: `slin16`, signed 16-bit little-endian mono, in frames of 20 ms.

export const LINE_HZ = 16000;
export const FRAME_MS = 20;
export const FRAME_SAMPLES = (LINE_HZ * FRAME_MS) / 1000;
export const FRAME_BYTES = FRAME_SAMPLES * 2;

/** Float samples (−1 to 1; beyond is clipped) into an ArrayBuffer of slin16. */
export function encode(samples) {
  const view = new DataView(new ArrayBuffer(samples.length * 2));
  samples.forEach((sample, index) => {
    view.setInt16(index * 2, Math.max(-32768, Math.min(32767, Math.round(sample * 32768))), true);
  });
  return view.buffer;
}

/** An ArrayBuffer of slin16 into float samples; an odd last byte is left out. */
export function decode(buffer) {
  const view = new DataView(buffer);
  return Float32Array.from({ length: buffer.byteLength >> 1 }, (_, index) => view.getInt16(index * 2, true) / 32768);
}
