//! What travels: packages, methods, names, numbers, types and labels. A change of the snapshot is a change for
//! clients that are out there: numbers and types stay, new ones may come.

use fluxion_server::proto::DESCRIPTORS;
use prost::Message as _;
use prost_types::field_descriptor_proto::Label;
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorSet,
    ServiceDescriptorProto,
};

fn field(message: &DescriptorProto, field: &FieldDescriptorProto) -> String {
    let kind = format!("{:?} {}", field.r#type(), field.type_name());
    let label = match field.label() {
        Label::Optional => "",
        Label::Required => "required ",
        Label::Repeated => "repeated ",
    };
    let choice = field.oneof_index.and_then(|at| message.oneof_decl.get(at as usize));
    let choice = choice.map(|oneof| format!(" of {}", oneof.name())).unwrap_or_default();
    format!("  {} = {}: {label}{}{choice}\n", field.name(), field.number(), kind.trim_end())
}

fn message(message: &DescriptorProto) -> String {
    let fields: String = message.field.iter().map(|f| field(message, f)).collect();
    let nested: String = message.nested_type.iter().map(self::message).collect();
    let enums: String = message.enum_type.iter().map(enumeration).collect();
    format!("{}\n{fields}{enums}{nested}", message.name())
}

fn enumeration(kind: &EnumDescriptorProto) -> String {
    let values = kind.value.iter().map(|v| format!("  {} = {}\n", v.name(), v.number()));
    format!("enum {}\n{}", kind.name(), values.collect::<String>())
}

fn service(service: &ServiceDescriptorProto) -> String {
    let stream = |streams: bool| if streams { "stream " } else { "" };
    let methods = service.method.iter().map(|method| {
        let (input, output) = (method.input_type(), method.output_type());
        let (sends, gets) = (stream(method.client_streaming()), stream(method.server_streaming()));
        format!("{}/{} {sends}{input} -> {gets}{output}\n", service.name(), method.name())
    });
    methods.collect()
}

#[test]
fn the_layout_is_pinned() {
    let set = FileDescriptorSet::decode(DESCRIPTORS).unwrap();
    let files = set.file.iter().filter(|file| file.package() == "fluxion.v1");
    let text: String = files
        .map(|file| {
            let services = file.service.iter().map(service);
            let enums = file.enum_type.iter().map(enumeration);
            let messages = file.message_type.iter().map(message);
            services.chain(enums).chain(messages).collect::<String>()
        })
        .collect();
    insta::assert_snapshot!(text);
}
