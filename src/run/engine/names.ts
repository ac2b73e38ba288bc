/** Names of our services in the engine, which a larger site shares with other programs. */
export const RUN = "slipway-run";
export const STEPS = "slipway-steps";
export const LEASE = "slipway-lease";
export const REPORTER = "slipway-reporter";
