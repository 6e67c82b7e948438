import type { AmiId } from './ami-ids.ts';
import type { Artifact } from './terms.ts';

/** Where a region's images are seen in AWS's console; China and GovCloud have consoles of their own. */
export function consoleAddress({ region, id }: AmiId): string {
  const host = region.startsWith('cn-')
    ? `${region}.console.amazonaws.cn`
    : region.startsWith('us-gov-')
      ? `${region}.console.amazonaws-us-gov.com`
      : `${region}.console.aws.amazon.com`;
  return `https://${host}/ec2/home?region=${region}#ImageDetails:imageId=${id}`;
}

/** Starts an instance of a machine image. */
export const runCommand = ({ region, id }: AmiId): string =>
  `aws ec2 run-instances --region ${region} --image-id ${id} --instance-type t3.micro`;

/** A data source of Terraform's AWS provider that finds the version by its tags, in whatever region the provider is for. */
export function terraformLines({ service, version }: Artifact): readonly string[] {
  const label = service.name.replaceAll(/[^a-z0-9_]/g, '_');
  const filter = (tag: string, value: string) => [
    '  filter {',
    `    name   = "tag:${tag}"`,
    `    values = ["${value}"]`,
    '  }',
  ];
  return [
    `data "aws_ami" "${/^[0-9]/.test(label) ? `_${label}` : label}" {`,
    '  owners = ["self"]',
    ...filter('service_name', service.name),
    ...filter('version', version),
    '}',
  ];
}
