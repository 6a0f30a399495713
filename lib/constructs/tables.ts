import { Construct } from 'constructs';
import { LeasesTable } from './leases-table.ts';
import { MailTable } from './mail-table.ts';
import { SecretsTable } from './secrets-table.ts';
import { ViewsTable } from './views-table.ts';

/** The tables besides the log: views, secrets, leases, mail metadata. */
export class Tables extends Construct {
  readonly views: ViewsTable;
  readonly secrets: SecretsTable;
  readonly leases: LeasesTable;
  readonly mail: MailTable;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.views = new ViewsTable(this, 'Views');
    this.secrets = new SecretsTable(this, 'Secrets');
    this.leases = new LeasesTable(this, 'Leases');
    this.mail = new MailTable(this, 'Mail');
  }
}
