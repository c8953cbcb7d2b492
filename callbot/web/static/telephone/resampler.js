// Changes the rate of a stream of samples by any ratio, with a proper low-pass filter: a polyphase FIR designed with the
// Kaiser window (Oppenheim & Schafer, "Discrete-Time Signal Processing", 7.5), 70 dB down from the Nyquist frequency on.

const ATTENUATION_DB = 70;
const KAISER_BETA = 0.1102 * (ATTENUATION_DB - 8.7);
const PASSBAND = 0.9; // of the lower rate's Nyquist frequency

const gcd = (a, b) => (b === 0 ? a : gcd(b, a % b));

export class Resampler {
  /** @param {number} fromHz whole number of hertz  @param {number} toHz whole number of hertz */
  constructor(fromHz, toHz) {
    const divisor = gcd(fromHz, toHz);
    this.up = toHz / divisor;
    this.down = fromHz / divisor;
    this.phases = design(fromHz, toHz, this.up);
    this.taps = this.phases[0].length;
    this.tail = new Float32Array(this.taps - 1);
    this.position = (this.taps - 1) * this.up; // of the next output, in steps of 1/up input sample from tail[0]
  }

  /** The output that `input` (Float32Array) completes; delays by half the filter, some 3 ms. */
  push(input) {
    const { up, down, taps, phases } = this;
    const x = new Float32Array(this.tail.length + input.length);
    x.set(this.tail);
    x.set(input, this.tail.length);
    const count = Math.max(0, Math.ceil((x.length * up - this.position) / down));
    const output = new Float32Array(count);
    for (let k = 0; k < count; k++, this.position += down) {
      const newest = Math.floor(this.position / up);
      const phase = phases[this.position % up];
      let sum = 0;
      for (let j = 0; j < taps; j++) sum += phase[j] * x[newest - j];
      output[k] = sum;
    }
    this.tail = x.slice(input.length);
    this.position -= input.length * up;
    return output;
  }
}

/** One short filter for each of the `up` positions between two input samples, each with a gain of exactly one. */
function design(fromHz, toHz, up) {
  if (fromHz === toHz) return [Float32Array.of(1)];
  const nyquistHz = Math.min(fromHz, toHz) / 2;
  const transition = (2 * Math.PI * nyquistHz * (1 - PASSBAND)) / fromHz; // radians per input sample
  const taps = Math.ceil((ATTENUATION_DB - 7.95) / (2.285 * transition)) + 1;
  const cutoff = (nyquistHz * (1 + PASSBAND)) / fromHz; // of the input's Nyquist frequency
  const centre = (taps * up - 1) / 2;
  return Array.from({ length: up }, (_, phase) => {
    const filter = Float64Array.from({ length: taps }, (_, j) => {
      const at = j * up + phase - centre;
      return sinc((cutoff * at) / up) * kaiser(at / centre);
    });
    const gain = filter.reduce((sum, value) => sum + value, 0);
    return Float32Array.from(filter, (value) => value / gain);
  });
}

const sinc = (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const kaiser = (x) => bessel(KAISER_BETA * Math.sqrt(Math.max(0, 1 - x * x))) / bessel(KAISER_BETA);

/** The modified Bessel function of order zero, by its series. */
function bessel(x) {
  let sum = 1;
  for (let term = 1, k = 1; term > sum * 1e-9; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
