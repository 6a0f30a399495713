/** Thrown by a command to end with this tagged status, e.g. `NO [NONEXISTENT] No such mailbox`. */
export class Refusal extends Error {
  readonly status: string;
  constructor(status: string) {
    super(status);
    this.name = 'Refusal';
    this.status = status;
  }
}
