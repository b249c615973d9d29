/** The microphone as it is: mono, at the device's rate, with nothing cleaned up, as a 16-bit WAV file. */

const WAV_HEADER_BYTES = 44;

/** Whether this page may use a microphone at all: browsers allow it only over https and on this machine. */
export const canRecord = () => Boolean(window.isSecureContext && navigator.mediaDevices?.getUserMedia && window.AudioWorkletNode);

export class Microphone {
  /** @param {(peak: number, seconds: number) => void} heard called with each block's peak (full scale 1) */
  constructor(heard) {
    this.heard = heard;
    this.blocks = [];
    this.count = 0;
  }

  /** Ask for the microphone and begin. Rejects with the browser's DOMException. */
  async start() {
    this.stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
    this.context = new AudioContext();
    await this.context.resume();
    await this.context.audioWorklet.addModule("/my-voice/assets/capture.js");
    this.node = new AudioWorkletNode(this.context, "capture", { numberOfOutputs: 0 });
    this.ended = new Promise((resolve) => {
      this.node.port.onmessage = ({ data }) => {
        this.keep(data.samples);
        if (data.last) resolve();
      };
    });
    this.context.createMediaStreamSource(this.stream).connect(this.node);
  }

  keep(samples) {
    this.blocks.push(samples);
    this.count += samples.length;
    let peak = 0;
    for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
    this.heard(peak, this.count / this.context.sampleRate);
  }

  /** End and let go of the microphone; the recording as a WAV file. */
  async stop() {
    this.node.port.postMessage("stop");
    await this.ended;
    const rate = this.context.sampleRate;
    await this.release();
    return wav(this.blocks, this.count, rate);
  }

  /** Let go of the microphone. */
  async release() {
    this.stream?.getTracks().forEach((track) => track.stop());
    if (this.context && this.context.state !== "closed") await this.context.close();
  }
}

function wav(blocks, count, rate) {
  const view = new DataView(new ArrayBuffer(WAV_HEADER_BYTES + 2 * count));
  const text = (at, letters) => [...letters].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, WAV_HEADER_BYTES - 8 + 2 * count, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * count, true);
  let at = WAV_HEADER_BYTES;
  for (const block of blocks) {
    for (const sample of block) {
      const held = Math.max(-1, Math.min(1, sample));
      view.setInt16(at, Math.round(held * 32767), true);
      at += 2;
    }
  }
  return new Blob([view], { type: "audio/wav" });
}
