/**
 * An instance in EC2's format, with the addresses of two interfaces, two disks and a team's tags: about 4,000 characters, most of
 * which are not used but must be parsed.
 */
export function instanceXml(id: string, state: string, reason: string): string {
  const group = "<item><groupId>sg-0123456789abcdef0</groupId><groupName>web-instances</groupName></item>";
  const disk = (name: string) =>
    `<item><deviceName>${name}</deviceName><ebs><volumeId>vol-0123456789abcdef0</volumeId><status>attached</status><attachTime>2026-11-01T07:25:00.000Z</attachTime><deleteOnTermination>true</deleteOnTermination></ebs></item>`;
  const tag = (key: string) => `<item><key>${key}</key><value>some value of ${key}</value></item>`;
  const address = (end: number) =>
    `<item><privateIpAddress>10.0.12.${end}</privateIpAddress><privateDnsName>ip-10-0-12-${end}.eu-west-3.compute.internal</privateDnsName><primary>true</primary></item>`;
  const face = (index: number) =>
    `<item><networkInterfaceId>eni-0123456789abcdef${index}</networkInterfaceId><subnetId>subnet-0123456789abcdef0</subnetId><vpcId>vpc-0123456789abcdef0</vpcId><description/><ownerId>123456789012</ownerId><status>in-use</status><macAddress>0a:1b:2c:3d:4e:5f</macAddress><privateIpAddress>10.0.12.${index}</privateIpAddress><privateDnsName>ip-10-0-12-${index}.eu-west-3.compute.internal</privateDnsName><sourceDestCheck>true</sourceDestCheck><groupSet>${group}</groupSet><attachment><attachmentId>eni-attach-0123456789abcdef0</attachmentId><deviceIndex>${index}</deviceIndex><status>attached</status><attachTime>2026-11-01T07:25:00.000Z</attachTime><deleteOnTermination>true</deleteOnTermination></attachment><privateIpAddressesSet>${address(index)}</privateIpAddressesSet><interfaceType>interface</interfaceType></item>`;
  const tags = [
    "Name",
    "team",
    "service",
    "environment",
    "cost-center",
    "aws:autoscaling:groupName",
    "aws:ec2launchtemplate:id",
    "aws:ec2launchtemplate:version",
  ];
  return `<item><instanceId>${id}</instanceId><imageId>ami-0123456789abcdef0</imageId><instanceState><code>16</code><name>${state}</name></instanceState><privateDnsName>ip-10-0-12-1.eu-west-3.compute.internal</privateDnsName><dnsName/><reason>${reason}</reason><keyName/><amiLaunchIndex>0</amiLaunchIndex><productCodes/><instanceType>m7g.large</instanceType><launchTime>2026-11-01T07:25:00.000Z</launchTime><placement><availabilityZone>eu-west-3b</availabilityZone><groupName/><tenancy>default</tenancy></placement><monitoring><state>disabled</state></monitoring><subnetId>subnet-0123456789abcdef0</subnetId><vpcId>vpc-0123456789abcdef0</vpcId><privateIpAddress>10.0.12.1</privateIpAddress><sourceDestCheck>true</sourceDestCheck><groupSet>${group}</groupSet><architecture>arm64</architecture><rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/sda1</rootDeviceName><blockDeviceMapping>${disk("/dev/sda1")}${disk("/dev/sdb")}</blockDeviceMapping><virtualizationType>hvm</virtualizationType><clientToken>01234567-89ab-cdef-0123-456789abcdef</clientToken><tagSet>${tags.map(tag).join("")}</tagSet><hypervisor>xen</hypervisor><networkInterfaceSet>${face(0)}</networkInterfaceSet><iamInstanceProfile><arn>arn:aws:iam::123456789012:instance-profile/web</arn><id>AIPA0123456789ABCDEF0</id></iamInstanceProfile><ebsOptimized>false</ebsOptimized><enaSupport>true</enaSupport><cpuOptions><coreCount>2</coreCount><threadsPerCore>1</threadsPerCore></cpuOptions><metadataOptions><state>applied</state><httpTokens>required</httpTokens><httpPutResponseHopLimit>1</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint></metadataOptions></item>`;
}
