/** An error that the user can correct: shown as one sentence, without a stack. */
export class Complaint extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'Complaint';
  }
}
