/** Audio worklet: hands microphone samples on, about 20 times a second, mixed to mono. */

const BLOCK_S = 0.05;

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Float32Array(Math.round(sampleRate * BLOCK_S));
    this.filled = 0;
    this.running = true;
    this.port.onmessage = () => {
      this.running = false;
      this.port.postMessage({ last: true, samples: this.block.slice(0, this.filled) });
    };
  }

  process([channels]) {
    for (let at = 0; channels.length && at < channels[0].length; at += 1) {
      let sum = 0;
      for (const channel of channels) sum += channel[at];
      this.block[this.filled] = sum / channels.length;
      this.filled += 1;
      if (this.filled === this.block.length) {
        this.port.postMessage({ samples: this.block.slice() });
        this.filled = 0;
      }
    }
    return this.running;
  }
}

registerProcessor("capture", Capture);
