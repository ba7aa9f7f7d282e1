// Loaded before the worker, so that the clock of its process is wrong by CLOCK_SHIFT_SECONDS.
const shift = Number(process.env.CLOCK_SHIFT_SECONDS) * 1000;
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length > 0 ? parts : [RealDate.now() + shift]));
  }

  static now() {
    return RealDate.now() + shift;
  }
};
