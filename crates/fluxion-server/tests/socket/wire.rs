//! The published contract: names, numbers and values never change.

use fluxion_server::proto::DESCRIPTORS;
use prost::Message as _;
use prost_types::{DescriptorProto, FileDescriptorSet};

fn message(message: &DescriptorProto) -> String {
    let fields = message.field.iter().map(|field| {
        let kind = format!("{:?} {}", field.r#type(), field.type_name());
        format!("  {} = {}: {}\n", field.name(), field.number(), kind.trim_end())
    });
    let values = message.enum_type.iter().flat_map(|kind| {
        kind.value
            .iter()
            .map(|value| format!("  {}.{} = {}\n", kind.name(), value.name(), value.number()))
    });
    format!("{}\n", message.name()) + &fields.chain(values).collect::<String>()
}

#[test]
fn the_published_layout_is_pinned() {
    let set = FileDescriptorSet::decode(DESCRIPTORS).unwrap();
    let file = set.file.iter().find(|file| file.package() == "fluxion").unwrap();
    let methods = file.service.iter().flat_map(|service| {
        service.method.iter().map(|method| {
            let (input, output) = (method.input_type(), method.output_type());
            let streams = method.client_streaming() || method.server_streaming();
            format!("{}/{} {input} -> {output} streams: {streams}\n", service.name(), method.name())
        })
    });
    let text = methods.chain(file.message_type.iter().map(message)).collect::<String>();
    insta::assert_snapshot!(text, @r"
    FluxionService/Init .fluxion.InitRequest -> .fluxion.InitResponse streams: false
    FluxionService/Match .fluxion.MatchRequest -> .fluxion.MatchResponse streams: false
    FluxionService/Cancel .fluxion.CancelRequest -> .fluxion.CancelResponse streams: false
    InitRequest
      policy = 1: String
      jgf = 2: String
    InitResponse
      status = 1: Enum .fluxion.InitResponse.ResultType
      ResultType.INIT_SUCCESS = 0
      ResultType.INIT_ERROR = 1
      ResultType.INIT_DENIED = 2
    MatchRequest
      jobspec = 1: String
      request = 2: String
      reservation = 3: Bool
    MatchResponse
      allocation = 1: String
      jobid = 2: Int64
      reserved = 3: Bool
      at = 4: Int64
      overhead = 5: Float
      status = 6: Enum .fluxion.MatchResponse.ResultType
      ResultType.MATCH_SUCCESS = 0
      ResultType.MATCH_ERROR = 1
      ResultType.MATCH_DENIED = 2
    CancelRequest
      jobID = 2: Int64
    CancelResponse
      jobID = 1: Int64
      error = 2: Int32
      status = 3: Enum .fluxion.CancelResponse.ResultType
      ResultType.CANCEL_SUCCESS = 0
      ResultType.CANCEL_REQUEST_ERROR = 1
      ResultType.CANCEL_ERROR = 2
      ResultType.CANCEL_DENIED = 3
    ");
}
