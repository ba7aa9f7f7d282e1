import { DeleteKeyPairCommand, DescribeKeyPairsCommand, type EC2Client } from "@aws-sdk/client-ec2";
import { bakeOfNode, type Leftover } from "./leftover";

/** The key pairs with which bakes logged in: named after the bake's node. Old versions of Packer do not tag them. */
export async function bakeKeyPairs(ec2: EC2Client): Promise<Leftover[]> {
  const filters = [{ Name: "key-name", Values: ["bake-*"] }];
  const { KeyPairs = [] } = await ec2.send(new DescribeKeyPairsCommand({ Filters: filters }));
  return KeyPairs.flatMap(({ KeyName: id = "", CreateTime: since }) => {
    const bake = bakeOfNode(id);
    const remove = async () => {
      await ec2.send(new DeleteKeyPairCommand({ KeyName: id }));
    };
    return bake ? [{ kind: "key pair" as const, id, bake, node: id, since, remove }] : [];
  });
}
